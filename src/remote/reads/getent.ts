import { shellQuote, shellWords } from '../../lib/shell.ts';
import { definePrimitive } from '../primitive.ts';
import { parseProbes, probeScript } from '../probes.ts';

/** What the name service knows; exit code 1: no such database, 2: no such key, 3: it cannot be listed. */
export const getent = definePrimitive('getent', {
  script: (asked) =>
    asked
      .map(({ database, key, service }) => {
        const from = service === undefined ? '' : `-s ${shellQuote(service)} `;
        const words = shellWords([database, ...(key === undefined ? [] : [key])]);
        return probeScript(`getent ${from}-- ${words}`);
      })
      .join('\n'),
  parse: (answered, asked) => parseProbes(answered, asked.length),
  paths: () => ['/etc'],
});
