import { shellQuote } from '../../lib/shell.ts';
import { definePrimitive } from '../primitive.ts';

/** Gives back what it was given: proves that the loop runs. */
export const ping = definePrimitive('ping', {
  script: (asked) => `printf '%s\\0' ${asked.map(({ data }) => shellQuote(data)).join(' ')}`,
  parse: ({ stdout }, asked) => {
    const printed = stdout.toString('utf8').split('\0');
    return asked.map((_, i) => printed[i] ?? new Error('the host did not answer the ping'));
  },
  alone: () => ({ seconds: 30 }),
});
