import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleBool } from '../module/params.ts';
import { none } from '../module/plan.ts';
import { roleParams } from '../module/roleParams.ts';

/** Stands for the tasks of a role; they take its place when the playbook is loaded. */
export default defineModule({
  name: 'import_role',
  collection: 'ansible.builtin',
  doc: 'Put the tasks of a role at this place when the playbook is loaded; it cannot loop.',
  params: z.strictObject({
    ...roleParams,
    public: ansibleBool()
      .default(true)
      .describe("Let other tasks of the play see the role's variables and defaults."),
  }),
  aliases: { role: 'name' },
  controlSide: true,
  read: async () => ({}),
  plan: () => none(),
  steps: () => [],
});
