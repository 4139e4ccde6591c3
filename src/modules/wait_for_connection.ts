import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleInt } from '../module/params.ts';
import { failed, none } from '../module/plan.ts';

/** Waits until a host can be worked on. */
export default defineModule({
  name: 'wait_for_connection',
  collection: 'ansible.builtin',
  doc: 'Waits until the host can be connected to and worked on. In check mode it waits too.',
  params: z.strictObject({
    delay: ansibleInt().default(0).describe('Seconds before the first attempt.'),
    sleep: ansibleInt().default(1).describe('Seconds between attempts.'),
    timeout: ansibleInt().default(600).describe('Seconds after which it fails.'),
    connect_timeout: ansibleInt().default(5).describe('Seconds until an attempt is given up.'),
  }),
  volatile: true,
  read: ({ delay, sleep, timeout, connect_timeout }, _host, control) =>
    control.reconnect({ delay, sleep, timeout, connectTimeout: connect_timeout }),
  plan(_params, { elapsed, problem }) {
    const result = { elapsed: Math.trunc(elapsed) };
    return problem === undefined
      ? none(result)
      : failed(`timed out waiting for the connection: ${problem}`, result);
  },
  steps: () => [],
});
