import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleText, choice } from '../module/params.ts';
import { type Change, changes, failed } from '../module/plan.ts';

export default defineModule({
  name: 'dpkg_selections',
  collection: 'ansible.builtin',
  doc: 'Tells dpkg what to do with a package at its next opportunity: hold it back, above all.',
  params: z.strictObject({
    name: ansibleText().describe('The package.'),
    selection: choice(['install', 'hold', 'deinstall', 'purge']).describe('What dpkg shall do with it.'),
  }),
  read: ({ name }, host) => host.selection({ name }),
  plan({ name, selection }, before) {
    if (before === undefined)
      return failed(`Failed to find package '${name}' to perform selection '${selection}'.`);
    const list: Change[] =
      before === selection ? [] : [{ summary: `select ${selection} for ${name} (was ${before})` }];
    return changes(list, { before, after: selection });
  },
  steps: (_change, { name, selection }) => [
    {
      kind: 'run',
      argv: ['dpkg', '--set-selections'],
      stdin: `${name} ${selection}\n`,
      touches: ['/var/lib/dpkg'],
      brings: {},
    },
  ],
});
