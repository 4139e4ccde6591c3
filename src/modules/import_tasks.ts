import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleText } from '../module/params.ts';
import { none } from '../module/plan.ts';

/** Stands for the tasks of a file; they take its place when the playbook is loaded. */
export default defineModule({
  name: 'import_tasks',
  collection: 'ansible.builtin',
  doc: 'Put the tasks of a file at this place when the playbook is loaded; it cannot loop.',
  params: z.strictObject({
    file: ansibleText().describe('File of tasks, looked for beside the file that imports it.'),
  }),
  freeForm: 'file',
  controlSide: true,
  read: async () => ({}),
  plan: () => none(),
  steps: () => [],
});
