import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleBool, ansibleDict } from '../module/params.ts';
import { none } from '../module/plan.ts';
import { roleParams } from '../module/roleParams.ts';

/** Runs a role at this point of the play. */
export default defineModule({
  name: 'include_role',
  collection: 'ansible.builtin',
  doc: 'Run a role at this point of the play; it is loaded when its turn has come, so that it may loop.',
  params: z.strictObject({
    ...roleParams,
    public: ansibleBool()
      .default(false)
      .describe("Let the tasks that follow see the role's variables and defaults."),
    apply: ansibleDict().default({}).describe('Keywords (`tags`, `become` ...) for all tasks of the role.'),
  }),
  aliases: { role: 'name' },
  untemplated: ['apply'],
  volatile: true,
  controlSide: true,
  read: async () => ({}),
  plan(params) {
    const effect = {
      kind: 'include_role' as const,
      role: params.name,
      tasksFrom: params.tasks_from,
      varsFrom: params.vars_from,
      defaultsFrom: params.defaults_from,
      handlersFrom: params.handlers_from,
      apply: params.apply,
      public: params.public,
      allowDuplicates: params.allow_duplicates,
      rolespecValidate: params.rolespec_validate,
    };
    return { ...none(), effects: [effect] };
  },
  steps: () => [],
});
