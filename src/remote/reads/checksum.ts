import { shellQuote } from '../../lib/shell.ts';
import type { ChecksumAlgorithm } from '../../module/reads.ts';
import { definePrimitive } from '../primitive.ts';
import { argumentLists } from '../statRecords.ts';

const DEFAULT: ChecksumAlgorithm = 'sha1';

/** Checksums of files, of what a link leads to; one program for each algorithm asked. */
export const checksum = definePrimitive('checksum', {
  script: (asked) => [...byAlgorithm(asked)].map(([algorithm, paths]) => sums(algorithm, paths)).join('\n'),
  parse({ stdout }, asked) {
    const sections = stdout.toString('utf8').split('\0');
    const algorithms = [...byAlgorithm(asked).keys()];
    const found = new Map(algorithms.map((algorithm, i) => [algorithm, sumsByPath(sections[i] ?? '')]));
    return asked.map(({ path, algorithm = DEFAULT }) => found.get(algorithm)?.get(path));
  },
  paths: ({ path }) => [path],
});

function byAlgorithm(
  asked: { path: string; algorithm?: ChecksumAlgorithm }[],
): Map<ChecksumAlgorithm, Set<string>> {
  const groups = new Map<ChecksumAlgorithm, Set<string>>();
  for (const { path, algorithm = DEFAULT } of asked) {
    groups.set(algorithm, (groups.get(algorithm) ?? new Set()).add(path));
  }
  return groups;
}

function sums(algorithm: ChecksumAlgorithm, paths: Set<string>): string {
  const lists = argumentLists([...paths]).map((list) =>
    [
      `set -- ${list.map(shellQuote).join(' ')}`,
      // A fifo or a device would be read for ever.
      `fl_n=$#; for fl_p; do [ ! -f "$fl_p" ] || set -- "$@" "$fl_p"; done; shift "$fl_n"`,
      `[ $# = 0 ] || ${algorithm}sum -- "$@" 2>/dev/null`,
    ].join('\n'),
  );
  return [...lists, `printf '\\0'`].join('\n');
}

// 'HEX  PATH'; a path with a backslash or a newline in it is escaped, and the line begins with a backslash.
function sumsByPath(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const escaped = line.startsWith('\\');
      const [hex = '', path = ''] = splitAt(escaped ? line.slice(1) : line, '  ');
      return [escaped ? plainPath(path) : path, hex];
    }),
  );
}

function splitAt(line: string, separator: string): [string, string] {
  const at = line.indexOf(separator);
  return [line.slice(0, at), line.slice(at + separator.length)];
}

function plainPath(path: string): string {
  return path.replace(/\\([\\nr])/g, (_, letter) => ({ '\\': '\\', n: '\n', r: '\r' })[letter as string]!);
}
