import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { gatheringParams, planFacts } from '../module/gathering.ts';

/** Gathers what is known of a host. */
export default defineModule({
  name: 'setup',
  collection: 'ansible.builtin',
  doc: 'Gather facts of a host: system, distribution, network, memory, mounts, users and more. A play does so by itself.',
  params: z.strictObject(gatheringParams),
  read: ({ gather_subset, fact_path }, host) => host.facts({ subset: gather_subset, factPath: fact_path }),
  plan: (params, gathered) => planFacts(params, gathered),
  steps: () => [],
});
