import { MYSQL_CLIENT } from '../../lib/mysqlClient.ts';
import { shellQuote, shellWords } from '../../lib/shell.ts';
import { definePrimitive } from '../primitive.ts';

const SECONDS = 60;

/** Rows of one query, made in a session that may not write. */
export const mysqlQuery = definePrimitive('mysqlQuery', {
  script: ([asked]) => {
    const { options, query } = asked!;
    const readOnly = '--init-command=SET SESSION TRANSACTION READ ONLY';
    const argv = [...options, readOnly, '--batch', '--skip-column-names', '-e', query];
    return `set -- ${shellWords(argv)}\nsh -c ${shellQuote(MYSQL_CLIENT)} mysql "$@"`;
  },
  stdin: ([asked]) => Buffer.from(`${asked?.login ?? ''}.\n`),
  parse({ rc, stdout, stderr }, asked) {
    const answer = { rc, rows: rowsOf(stdout.toString()), stderr: stderr.toString().trim() };
    return asked.map(() => answer);
  },
  alone: () => ({ seconds: SECONDS }),
});

const ESCAPED: Record<string, string> = { n: '\n', t: '\t', '0': '\0', '\\': '\\' };

// In batch mode the client escapes tabs, newlines and backslashes.
function rowsOf(text: string): string[][] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) =>
    line.split('\t').map((field) => field.replace(/\\(.)/g, (_, sign: string) => ESCAPED[sign] ?? sign)),
  );
}
