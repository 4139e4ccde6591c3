import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleText, choice, listOf } from '../module/params.ts';
import { failed, none } from '../module/plan.ts';

export default defineModule({
  name: 'package_facts',
  collection: 'ansible.builtin',
  doc: 'Learns which packages are installed: the fact `packages`, by name, each with a list of its versions.',
  params: z.strictObject({
    manager: listOf(ansibleText()).default(['auto']).describe('Package managers to ask; there is only apt.'),
    strategy: choice(['first', 'all'])
      .default('first')
      .describe('Taken for compatibility: there is only one manager.'),
  }),
  read: (_params, host) => host.packages({}),
  plan({ manager }, installed) {
    const others = manager.filter((name) => !['auto', 'apt'].includes(name.toLowerCase()));
    if (others.length > 0 && others.length === manager.length) {
      return failed(`Unsupported package managers requested: ${others.join(', ')}`);
    }
    const packages: Record<string, unknown[]> = {};
    for (const { name, version, architecture: arch, section: category } of installed) {
      packages[name] = [...(packages[name] ?? []), { name, version, arch, category, source: 'apt' }];
    }
    const facts = { packages };
    return {
      ...none({ ansible_facts: facts }),
      effects: [{ kind: 'facts', facts, origin: 'host', cacheable: true }],
    };
  },
  steps: () => [],
});
