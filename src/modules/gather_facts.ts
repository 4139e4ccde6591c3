import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { gatheringParams, planFacts } from '../module/gathering.ts';
import { ansibleBool } from '../module/params.ts';

/** Gathers what is known of a host, as a play does at its beginning. */
export default defineModule({
  name: 'gather_facts',
  collection: 'ansible.builtin',
  doc: 'Gather facts of a host as a play does by itself; the same as `setup`.',
  params: z.strictObject({
    ...gatheringParams,
    parallel: ansibleBool().optional().describe('Taken for compatibility: facts come in one frame.'),
  }),
  read: ({ gather_subset, fact_path }, host) => host.facts({ subset: gather_subset, factPath: fact_path }),
  plan: (params, gathered) => planFacts(params, gathered),
  steps: () => [],
});
