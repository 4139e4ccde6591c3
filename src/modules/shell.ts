import { z } from 'zod';
import { commandParams, commandResult, planCommand, readCommandNow } from '../module/commandRun.ts';
import { defineModule } from '../module/define.ts';
import { ansibleText } from '../module/params.ts';

/** Runs a text in a shell. */
export default defineModule({
  name: 'shell',
  collection: 'ansible.builtin',
  doc: 'Run a text in a shell of the host, with pipes, variables and redirections. Prefer `command` where it will do.',
  params: z.strictObject(
    {
      cmd: ansibleText().describe('The text for the shell.'),
      executable: ansibleText().optional().describe('Absolute path of another shell than sh.'),
      ...commandParams,
    },
    { error: unsupported },
  ),
  freeForm: 'cmd',
  read: (params, host, control) => readCommandNow(params, host, control),
  plan: (params, now) =>
    planCommand(params, now, params.cmd, {
      script: params.cmd,
      ...(params.executable !== undefined && { shell: params.executable }),
    }),
  steps: (change) => [change.step],
  result: (params, _now, done) => commandResult(params, params.cmd, done),
});

// Playbooks compare this text whole.
function unsupported(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'unrecognized_keys') return undefined;
  return `Unsupported parameters for (shell) module: ${issue.keys.join(', ')}`;
}
