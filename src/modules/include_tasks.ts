import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleDict, ansibleText } from '../module/params.ts';
import { none } from '../module/plan.ts';

/** Runs the tasks of a file at this point of the play. */
export default defineModule({
  name: 'include_tasks',
  collection: 'ansible.builtin',
  doc: 'Run the tasks of a file at this point of the play; it is loaded when its turn has come, so that it may loop.',
  params: z.strictObject({
    file: ansibleText().describe('File of tasks, looked for beside the file that includes it.'),
    apply: ansibleDict().default({}).describe('Keywords (`tags`, `become` ...) for all tasks of the file.'),
  }),
  freeForm: 'file',
  untemplated: ['apply'],
  volatile: true,
  controlSide: true,
  read: async () => ({}),
  plan: ({ file, apply }) => ({
    ...none({ include: file }),
    effects: [{ kind: 'include_tasks', file, apply }],
  }),
  steps: () => [],
});
