import { shellWords } from '../../lib/shell.ts';
import type { FileKind } from '../../module/reads.ts';
import { definePrimitive } from '../primitive.ts';
import { argumentLists } from '../statRecords.ts';

/** What a file holds, by the program file(1), and its flags, by lsattr(1); as far as the host has these programs. */
export const fileKind = definePrimitive('fileKind', {
  script(asked) {
    const lists = argumentLists(asked.map(({ path }) => path)).map(shellWords);
    const kinds = lists.map((list) => `file -b --mime-type --mime-encoding -- ${list}`);
    const flags = lists.map((list) => `lsattr -vd -- ${list}`);
    return `command -v file >/dev/null && {\n${kinds.join('\n')}\n}\nprintf '\\0'\n${flags.join('\n')}`;
  },
  parse({ stdout }, asked) {
    const [kinds = '', flags = ''] = stdout.toString().split('\0');
    const lines = kinds.split('\n');
    const flagged = flagsByPath(flags);
    return asked.map(({ path }, i) => ({ ...contentKind(lines[i] ?? ''), ...flagged.get(path) }));
  },
  paths: ({ path }) => [path],
});

// `text/plain; charset=us-ascii`
function contentKind(line: string): FileKind {
  const [, mimetype, charset] = /^(\S+\/\S+); charset=(\S+)$/.exec(line) ?? [];
  return mimetype !== undefined && charset !== undefined ? { mimetype, charset } : {};
}

// `1861945124 --------------e------- /srv/x`: the generation number, the flags, the path.
function flagsByPath(text: string): Map<string, FileKind> {
  const rows = text.split('\n').map((line) => /^ *(\d+) ([-A-Za-z]+) (.*)$/.exec(line));
  return new Map(
    rows.flatMap((row) => (row ? [[row[3]!, { version: row[1]!, flags: row[2]!.replaceAll('-', '') }]] : [])),
  );
}
