import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleText } from '../module/params.ts';
import { unknown } from '../module/plan.ts';
import type { RunStep } from '../module/step.ts';

/** Runs a text in the login user's shell. */
export default defineModule({
  name: 'raw',
  collection: 'ansible.builtin',
  doc: 'Run a text in a shell as it is. Nothing is installed on hosts here, so `shell` does the same and more.',
  params: z.strictObject({
    free_form: ansibleText().describe('The text for the shell.'),
    executable: ansibleText().optional().describe('Absolute path of another shell than sh.'),
  }),
  freeForm: 'free_form',
  read: async () => ({}),
  plan({ free_form: script, executable: shell }) {
    const step: RunStep = {
      kind: 'run',
      script,
      ok: 'any',
      stream: true,
      ...(shell !== undefined && { shell }),
    };
    const change = { summary: `run ${script.trim()}`, step };
    return unknown('what a command changes cannot be known without running it', [change]);
  },
  steps: (change) => [change.step],
  result(_params, _now, [done]) {
    if (!done) return {};
    const { rc, stdout, stderr } = done;
    return { rc, stdout, stderr, ...(rc !== 0 && { failed: true, msg: 'non-zero return code' }) };
  },
});
