import { shellQuote, shellWords } from '../../lib/shell.ts';
import { definePrimitive } from '../primitive.ts';

const RECORD = '\x1e';

/** What the name service knows; exit code 1: no such database, 2: no such key, 3: it cannot be listed. */
export const getent = definePrimitive('getent', {
  script: (asked) =>
    asked
      .map(({ database, key, service }) => {
        const from = service === undefined ? '' : `-s ${shellQuote(service)} `;
        const words = shellWords([database, ...(key === undefined ? [] : [key])]);
        return `getent ${from}-- ${words}; printf '\\036%s\\036' $?; printf '\\036' >&2`;
      })
      .join('\n'),
  parse({ stdout, stderr }, asked) {
    const outs = stdout.toString().split(RECORD);
    const errs = stderr.toString().split(RECORD);
    return asked.map((_, i) => ({
      stdout: outs[2 * i] ?? '',
      rc: Number(outs[2 * i + 1]),
      stderr: errs[i] ?? '',
    }));
  },
  paths: () => ['/etc'],
});
