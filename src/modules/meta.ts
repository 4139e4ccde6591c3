import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { choice } from '../module/params.ts';
import { none } from '../module/plan.ts';

const ACTIONS = [
  'clear_facts',
  'clear_host_errors',
  'end_batch',
  'end_host',
  'end_play',
  'end_role',
  'flush_handlers',
  'noop',
  'refresh_inventory',
  'reset_connection',
] as const;

/** Steers the run itself. */
export default defineModule({
  name: 'meta',
  collection: 'ansible.builtin',
  doc: 'Steer the run itself: run the notified handlers now, end the play for a host or for all, forget facts.',
  params: z.strictObject({ free_form: choice(ACTIONS).describe('What to do.') }),
  freeForm: 'free_form',
  volatile: true,
  controlSide: true,
  read: async () => ({}),
  plan: ({ free_form: action }) => ({ ...none(), effects: [{ kind: 'meta', action }] }),
  steps: () => [],
});
