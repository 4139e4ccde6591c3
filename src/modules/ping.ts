import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleText } from '../module/params.ts';
import { failed, none } from '../module/plan.ts';

/** Proves that a host answers. */
export default defineModule({
  name: 'ping',
  collection: 'ansible.builtin',
  doc: 'Prove that a host can be reached and runs commands; answers `pong`.',
  params: z.strictObject({
    data: ansibleText().default('pong').describe('What to answer; `crash` makes it fail.'),
  }),
  read: ({ data }, host) => host.ping({ data }),
  plan: ({ data }, ping) => (data === 'crash' ? failed('boom') : none({ ping })),
  steps: () => [],
});
