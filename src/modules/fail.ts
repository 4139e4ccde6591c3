import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { rawValue } from '../module/params.ts';
import { failed } from '../module/plan.ts';

/** Fails, with a message. */
export default defineModule({
  name: 'fail',
  collection: 'ansible.builtin',
  doc: 'Fail with a message of your own; usually with a `when`.',
  params: z.strictObject({
    msg: rawValue().default('Failed as requested from task').describe('Why it fails.'),
  }),
  controlSide: true,
  read: async () => ({}),
  plan: ({ msg }) => failed(typeof msg === 'string' ? msg : JSON.stringify(msg), { msg }),
  steps: () => [],
});
