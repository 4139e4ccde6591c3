import { shellQuote } from '../../lib/shell.ts';
import { definePrimitive } from '../primitive.ts';

const RECORD = '\x1e';

/*
 * debconf's own files (debconf(7), "File" driver): paragraphs of Name, Value, Owners. Read by awk, since debconf-show
 * starts Perl, takes the database's lock and leaves passwords out.
 */
const SHOW = `debconf_values() {
  for f in /var/cache/debconf/config.dat /var/cache/debconf/passwords.dat; do
    [ ! -r "$f" ] || awk -v p="$1" 'BEGIN { RS = ""; FS = "\\n" } {
      n = v = ""; o = 0
      for (i = 1; i <= NF; i++) {
        if ($i ~ /^Name: /) n = substr($i, 7)
        if ($i ~ /^Value: /) v = substr($i, 8)
        if ($i ~ /^Owners: / && index(", " substr($i, 9) ",", ", " p ",")) o = 1
      }
      if (o) print n "\\t" v
    }' "$f"
  done
}`;

/** Answers to the questions of packages; empty for those without one. */
export const debconf = definePrimitive('debconf', {
  script: (asked) =>
    [SHOW, ...asked.map((one) => `debconf_values ${shellQuote(one.package)}; printf '\\036'`)].join('\n'),
  parse({ stdout }, asked) {
    const records = stdout.toString().split(RECORD);
    return asked.map((_, i) => {
      const lines = (records[i] ?? '').split('\n').filter((line) => line.includes('\t'));
      return Object.fromEntries(lines.map((line) => line.split('\t') as [string, string]));
    });
  },
  paths: () => ['/var/cache/debconf'],
});
