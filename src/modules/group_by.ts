import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleText, listOfWhole } from '../module/params.ts';
import { changes } from '../module/plan.ts';

/** Puts a host into a group that a value names. */
export default defineModule({
  name: 'group_by',
  collection: 'ansible.builtin',
  doc: 'Put each host into a group that is named by a value, such as a fact, for the plays that follow.',
  params: z.strictObject({
    key: ansibleText().describe('Name of the group; blanks become dashes.'),
    parents: listOfWhole(ansibleText()).default(['all']).describe('Groups that the group belongs to.'),
  }),
  controlSide: true,
  volatile: true,
  read: async ({ key }, _host, control) => ({
    member: control.test(`${JSON.stringify(groupName(key))} in group_names`),
  }),
  plan({ key, parents: named }, { member }) {
    const group = groupName(key);
    const parents = named.map(groupName);
    const result = { add_group: group, parent_groups: parents };
    const join = { summary: `join group ${group}` };
    return { ...changes(member ? [] : [join], result), effects: [{ kind: 'group_by', group, parents }] };
  },
  steps: () => [],
});

function groupName(text: string): string {
  return text.replaceAll(' ', '-');
}
