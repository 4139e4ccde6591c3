import { shellQuote } from '../../lib/shell.ts';
import { definePrimitive } from '../primitive.ts';

/** When it is or was a wall-clock time in the host's own time zone. */
export const localTime = definePrimitive('localTime', {
  script: (asked) => asked.map(({ time }) => `date -d ${shellQuote(time)} +%s || echo`).join('\n'),
  parse({ stdout }, asked) {
    const lines = stdout.toString().split('\n');
    return asked.map((_, i) => (lines[i] ? Number(lines[i]) : undefined));
  },
  paths: () => ['/etc/localtime', '/etc/timezone'],
});
