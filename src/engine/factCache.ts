import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SourceError } from '../lib/sourceError.ts';

/** Facts that outlive a run, by host. */
export interface FactCache {
  /** What is known of a host and not too old. */
  load(host: string): Record<string, unknown> | undefined;
  save(host: string, facts: Record<string, unknown>): void;
  forget(host: string): void;
}

/** Says in cached facts that they were gathered, and not only set one by one. */
export const GATHERED = '_ansible_facts_gathered';

// ansible-core 2.19 puts this before the host's name, and the facts as a text under this key.
const SCHEMA = 's1_';
const PAYLOAD = '__payload__';

/**
 * The JSON files of ansible-core's `jsonfile` cache, in its present form; those of its versions before 2.19 are read
 * too. `seconds`: how old they may be, 0 for any age. Throws SourceError where the folder cannot be made.
 */
export function jsonFactCache(folder: string, prefix: string, seconds: number): FactCache {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new SourceError(
      `the folder ${folder} of cached facts cannot be made: ${(error as Error).message}`,
      undefined,
      'It is fact_caching_connection in ansible.cfg, ANSIBLE_CACHE_PLUGIN_CONNECTION in the environment.',
    );
  }
  const fileOf = (host: string): string => join(folder, `${prefix}${SCHEMA}${host}`);
  const olderFileOf = (host: string): string => join(folder, `${prefix}${host}`);
  return {
    load: (host) => readFacts(fileOf(host), seconds) ?? readFacts(olderFileOf(host), seconds),
    save(host, facts) {
      const file = fileOf(host);
      const temporary = `${file}.${process.pid}~`;
      writeFileSync(temporary, JSON.stringify({ [PAYLOAD]: JSON.stringify(facts) }), { mode: 0o644 });
      renameSync(temporary, file);
    },
    forget(host) {
      rmSync(fileOf(host), { force: true });
      rmSync(olderFileOf(host), { force: true });
    },
  };
}

// A file that cannot be read is as none: its facts are gathered anew.
function readFacts(file: string, seconds: number): Record<string, unknown> | undefined {
  try {
    if (seconds > 0 && Date.now() - statSync(file).mtimeMs > seconds * 1000) return undefined;
    const whole = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const payload = whole[PAYLOAD];
    return untagged(typeof payload === 'string' ? JSON.parse(payload) : whole) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

// ansible-core notes beside a value where it was written.
function untagged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untagged);
  if (typeof value !== 'object' || value === null) return value;
  if ('__ansible_type' in value && 'value' in value) return untagged(value.value);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, untagged(item)]));
}
