import { join } from 'node:path';
import { UnreachableError } from '../remote/connection.ts';

/** Who runs this and where: what `~`, `%u` and the like stand for. */
export interface LocalUser {
  name: string;
  uid: number;
  home: string;
  hostName: string;
  env: Record<string, string | undefined>;
}

/** The letters after `%` and what each stands for (ssh_config(5), "TOKENS"). */
export type Tokens = Record<string, string>;

/** @throws UnreachableError for a letter that has no meaning here */
export function expandTokens(text: string, tokens: Tokens, place: string): string {
  return text.replace(/%(.?)/gs, (all, letter: string) => {
    const value = letter === '%' ? '%' : tokens[letter];
    if (value === undefined) throw new UnreachableError(`${place}: ${all} in ${text} is not understood`);
    return value;
  });
}

/** A path with `~/`, `${NAME}` and tokens expanded. */
export function expandPath(text: string, tokens: Tokens, local: LocalUser, place: string): string {
  const named = text.replace(/\$\{(\w+)\}/g, (_all, name: string) => {
    const value = local.env[name];
    if (value === undefined) {
      throw new UnreachableError(`${place}: the environment variable ${name} of ${text} is not set`);
    }
    return value;
  });
  const home = named === '~' || named.startsWith('~/') ? join(local.home, named.slice(1)) : named;
  return expandTokens(home, tokens, place);
}
