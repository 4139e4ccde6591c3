import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleBool } from '../module/params.ts';
import { failed, none } from '../module/plan.ts';

/** Sets variables of a host for the rest of the run. */
export default defineModule({
  name: 'set_fact',
  collection: 'ansible.builtin',
  doc: 'Set variables of a host for the rest of the run. Each parameter besides `cacheable` is a variable.',
  params: z.looseObject({
    cacheable: ansibleBool().default(false).describe('Keep them as facts too, also in the fact cache.'),
  }),
  controlSide: true,
  read: async () => ({}),
  plan({ cacheable, ...facts }) {
    const names = Object.keys(facts);
    const odd = names.find((name) => !/^[A-Za-z_]\w*$/.test(name));
    if (odd !== undefined)
      return failed(`"${odd}" is no name for a variable: use letters, digits and _ alone`);
    if (names.length === 0) return failed('set_fact needs at least one variable');
    return {
      ...none({ ansible_facts: facts }),
      effects: [{ kind: 'facts', facts, origin: 'set_fact', cacheable }],
    };
  },
  steps: () => [],
});
