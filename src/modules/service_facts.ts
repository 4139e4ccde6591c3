import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { none } from '../module/plan.ts';

export default defineModule({
  name: 'service_facts',
  collection: 'ansible.builtin',
  doc: 'Learns which services there are: the fact `services`, by name with its suffix, each with state and status.',
  params: z.strictObject({}),
  read: (_params, host) => host.services({}),
  plan(_params, found) {
    const services = Object.fromEntries(found.map((one) => [one.name, { ...one, source: 'systemd' }]));
    const facts = { services };
    return {
      ...none({ ansible_facts: facts }),
      effects: [{ kind: 'facts', facts, origin: 'host', cacheable: true }],
    };
  },
  steps: () => [],
});
