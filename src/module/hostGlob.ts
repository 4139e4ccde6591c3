import { isPattern, patternExpression } from '../lib/fnmatch.ts';
import type { Reads, Stat } from './reads.ts';

/**
 * Whether anything lies at an absolute path in which `*`, `?` and `[...]` stand for names, as Python's glob has
 * it: hidden names match only where the pattern begins with a dot too, and links count whatever they lead to.
 */
export async function globExists(path: string, host: Reads): Promise<boolean> {
  const parts = path.split('/').filter((part) => part !== '');
  const first = parts.findIndex(isPattern);
  if (first < 0) return (await host.stat({ path })) !== undefined;
  return existsBelow(`/${parts.slice(0, first).join('/')}`, parts.slice(first), host);
}

async function existsBelow(directory: string, [part, ...rest]: string[], host: Reads): Promise<boolean> {
  if (part === undefined) return true;
  const found = await matching(directory, part, host);
  if (rest.length === 0) return found.length > 0;
  const deeper = await Promise.all(found.map((one) => globExists([one.path, ...rest].join('/'), host)));
  return deeper.includes(true);
}

async function matching(directory: string, part: string, host: Reads): Promise<Stat[]> {
  const expression = patternExpression(part);
  const entries = (await host.entries({ path: directory })) ?? [];
  return entries.filter(({ path }) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return expression.test(name) && (part.startsWith('.') || !name.startsWith('.'));
  });
}
