import { shellQuote } from '../../lib/shell.ts';
import { definePrimitive } from '../primitive.ts';

/** Paths without links and dots. One fork where all can be resolved by a readlink that takes many, else one each. */
export const realpath = definePrimitive('realpath', {
  script: (asked) =>
    [
      `set -- ${asked.map(({ path }) => shellQuote(path)).join(' ')}`,
      // GNU readlink never ends on a link that leads below itself (a -> a/x).
      'ulimit -t 5',
      'readlink -fz -- "$@" 2>/dev/null && exit 0',
      // An empty record: what was printed up to here is not all, and cannot be told apart.
      `printf '\\0'`,
      `for fl_p; do printf '%s\\0' "$(readlink -f -- "$fl_p")"; done`,
      'exit 1',
    ].join('\n'),
  parse({ rc, stdout }, asked) {
    const fields = stdout.toString('utf8').split('\0');
    const found = rc === 0 ? fields : fields.slice(fields.indexOf('') + 1);
    return asked.map((_, i) => found[i] || undefined);
  },
  paths: ({ path }) => [path],
});
