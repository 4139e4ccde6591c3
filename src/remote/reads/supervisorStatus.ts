import { shellWords } from '../../lib/shell.ts';
import { definePrimitive } from '../primitive.ts';
import { parseProbes, probeScript } from '../probes.ts';

/** What `supervisorctl status` prints; the program and its options come as words. */
export const supervisorStatus = definePrimitive('supervisorStatus', {
  script: (asked) => asked.map(({ argv }) => probeScript(shellWords([...argv, 'status']))).join('\n'),
  parse: (answered, asked) => parseProbes(answered, asked.length),
});
