import { valueError } from '../../jinja/index.ts';

/** A URL's parts by the names of Python's `urlsplit`. */
export interface UrlParts {
  fragment: string;
  hostname: string | null;
  netloc: string;
  password: string | null;
  path: string;
  port: number | null;
  query: string;
  scheme: string;
  username: string | null;
}

export const URL_PARTS = [
  'fragment',
  'hostname',
  'netloc',
  'password',
  'path',
  'port',
  'query',
  'scheme',
  'username',
] as const;

/** Takes a URL apart as Python's `urllib.parse.urlsplit`. Throws for a port that is none and for odd brackets. */
export function splitUrl(text: string): UrlParts {
  const clean = text.replace(/^[\0-\x20]+/, '').replace(/[\t\n\r]/g, '');
  const [, scheme = '', afterScheme = clean] = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s.exec(clean) ?? [];
  const [, netloc = '', afterNetloc = afterScheme] = /^\/\/([^/?#]*)(.*)$/s.exec(afterScheme) ?? [];
  if (netloc.includes('[') !== netloc.includes(']')) throw valueError('Invalid IPv6 URL');
  const [beforeFragment, fragment] = cut(afterNetloc, '#');
  const [path, query] = cut(beforeFragment, '?');
  return { scheme: scheme.toLowerCase(), netloc, path, query, fragment, ...hostOf(netloc) };
}

function cut(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function hostOf(netloc: string): Pick<UrlParts, 'hostname' | 'port' | 'username' | 'password'> {
  const at = netloc.lastIndexOf('@');
  const user = at < 0 ? undefined : netloc.slice(0, at);
  const [, bracketed, plain = '', port = ''] =
    /^(?:\[(.*?)\]|([^:]*))(?::(.*))?/s.exec(netloc.slice(at + 1)) ?? [];
  const colon = user?.indexOf(':') ?? -1;
  return {
    hostname: (bracketed ?? plain).toLowerCase() || null,
    port: portOf(port),
    username: user === undefined ? null : colon < 0 ? user : user.slice(0, colon),
    password: user === undefined || colon < 0 ? null : user.slice(colon + 1),
  };
}

function portOf(text: string): number | null {
  if (text === '') return null;
  if (!/^\d+$/.test(text)) throw valueError(`Port could not be cast to integer value as '${text}'`);
  if (Number(text) > 65535) throw valueError('Port out of range 0-65535');
  return Number(text);
}
