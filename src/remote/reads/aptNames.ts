import { shellQuote } from '../../lib/shell.ts';
import { definePrimitive } from '../primitive.ts';
import { aptWithoutCacheFiles } from './aptSimulate.ts';

const RECORD = '\x1e';

/** Names by shell pattern; a pattern without `:` finds no packages of foreign architectures, as with Ansible. */
export const aptNames = definePrimitive('aptNames', {
  script: (asked) =>
    [
      aptWithoutCacheFiles('apt-cache'),
      'n=$(apt_reads pkgnames 2>/dev/null)',
      ...asked.map(
        ({ pattern }) =>
          `printf '%s\\n' "$n" | grep -E -e ${shellQuote(expression(pattern))}; printf '\\036'`,
      ),
    ].join('\n'),
  parse({ stdout }, asked) {
    const records = stdout.toString().split(RECORD);
    return asked.map((_, i) => (records[i] ?? '').replace('\x1d', '').split('\n').filter(Boolean).sort());
  },
  paths: () => ['/var/lib/apt/lists', '/var/lib/dpkg/status'],
});

/** The extended regular expression that matches what a shell pattern does. */
function expression(pattern: string): string {
  const parts = pattern.match(/\[!?[^\]]+\]|./gs) ?? [];
  const any = pattern.includes(':') ? '.' : '[^:]';
  return `^${parts.map((part) => partExpression(part, any)).join('')}$`;
}

function partExpression(part: string, any: string): string {
  if (part === '*') return `${any}*`;
  if (part === '?') return any;
  if (part.length > 1) return part.replace(/^\[!/, '[^');
  return part.replace(/[\\^$.|+(){}[\]]/, '\\$&');
}
