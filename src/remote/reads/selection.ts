import { shellWords } from '../../lib/shell.ts';
import { definePrimitive } from '../primitive.ts';

/** dpkg's selections, `name<tab>state` a line. */
export const selection = definePrimitive('selection', {
  script: (asked) => `dpkg --get-selections -- ${shellWords(asked.map(({ name }) => name))} 2>/dev/null`,
  parse({ stdout }, asked) {
    const lines = stdout
      .toString()
      .split('\n')
      .map((line) => line.split(/\s+/));
    return asked.map(
      ({ name }) => lines.find(([found]) => found === name || found?.split(':')[0] === name)?.[1],
    );
  },
  paths: () => ['/var/lib/dpkg/status'],
});
