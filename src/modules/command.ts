import { z } from 'zod';
import { expandingCommand, needsExpansion } from '../lib/expandedWords.ts';
import { splitWords } from '../lib/shellWords.ts';
import {
  commandParams,
  commandResult,
  notStarted,
  planCommand,
  readCommandNow,
} from '../module/commandRun.ts';
import { defineModule } from '../module/define.ts';
import { ansibleBool, ansibleText, listOf } from '../module/params.ts';
import { failed } from '../module/plan.ts';

const params = z.strictObject({
  cmd: ansibleText()
    .superRefine((cmd, context) => {
      const problem = problemWith(cmd);
      if (problem !== undefined) context.addIssue(`cannot be split into words: ${problem}`);
    })
    .optional()
    .describe('Program and arguments, split at blanks; quotes keep words together.'),
  argv: listOf(ansibleText()).optional().describe('Program and arguments, as a list.'),
  expand_argument_vars: ansibleBool()
    .default(true)
    .describe('Put the values of environment variables for `$NAME`, and home directories for `~`.'),
  executable: ansibleText().optional().describe('Taken for compatibility, without effect; shell has it.'),
  ...commandParams,
});

/** Runs a program, without a shell. */
export default defineModule({
  name: 'command',
  collection: 'ansible.builtin',
  doc: 'Run a program with arguments, without a shell: pipes, redirections and `;` mean nothing here; use `shell` for them.',
  params,
  freeForm: 'cmd',
  read: (params, host, control) => readCommandNow(params, host, control),
  plan(params, now) {
    const unclear = unclearBecause(params);
    if (unclear !== undefined) return failed(unclear, { rc: 256 });
    const argv = wordsOf(params);
    const expands = params.expand_argument_vars && needsExpansion(argv);
    const plan = planCommand(params, now, argv, expands ? { script: expandingCommand(argv) } : { argv });
    if (params.executable === undefined) return plan;
    return {
      ...plan,
      warnings: [
        `executable is no longer supported with command, only with shell: ${params.executable} is not used`,
      ],
    };
  },
  steps: (change) => [change.step],
  result(params, _now, done) {
    const argv = wordsOf(params);
    return notStarted(argv, done) ?? commandResult(params, argv, done);
  },
});

function unclearBecause({ cmd, argv }: z.infer<typeof params>): string | undefined {
  if (cmd?.trim()) return argv?.length ? 'only command or argv can be given, not both' : undefined;
  return argv?.length ? undefined : 'no command given';
}

function wordsOf({ cmd, argv }: z.infer<typeof params>): string[] {
  return argv ?? splitWords(cmd ?? '');
}

function problemWith(cmd: string): string | undefined {
  try {
    splitWords(cmd);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
