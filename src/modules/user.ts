import { defineModule } from '../module/define.ts';
import type { UserChange } from '../module/user/changes.ts';
import { userParams } from '../module/user/params.ts';
import { planUser, userResult } from '../module/user/plan.ts';
import { readUser } from '../module/user/read.ts';

export default defineModule({
  name: 'user',
  collection: 'ansible.builtin',
  doc: `Makes, changes and removes users.

Password hashes go to the host on standard input, never as an argument.`,
  aliases: { user: 'name', createhome: 'create_home' },
  params: userParams,
  read: (params, host, control) => readUser(params, host, control.host),
  plan: planUser,
  steps: (change: UserChange) => change.steps,
  result: userResult,
});
