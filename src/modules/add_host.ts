import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleText, listOf } from '../module/params.ts';
import { none } from '../module/plan.ts';

/** Adds a host to the inventory of this run. */
export default defineModule({
  name: 'add_host',
  collection: 'ansible.builtin',
  doc: 'Add a host to the inventory for the plays that follow. Each other parameter is a variable of that host.',
  params: z.looseObject({
    name: ansibleText().describe('Name or address of the host; `name:port` sets the port too.'),
    groups: listOf(ansibleText()).default([]).describe('Groups that it joins; new ones are made.'),
  }),
  aliases: { host: 'name', hostname: 'name', group: 'groups', groupname: 'groups' },
  controlSide: true,
  read: async () => ({}),
  plan({ name: given, groups: joined, ...variables }) {
    const { name, port } = withoutPort(given);
    const groups = [...new Set(joined.map((group) => group.trim()).filter((group) => group !== ''))];
    const values = port === undefined ? variables : { ansible_port: port, ...variables };
    const result = { add_host: { host_name: name, groups, host_vars: values } };
    return { ...none(result), effects: [{ kind: 'add_host', name, groups, variables: values }] };
  },
  steps: () => [],
});

// `web1:2222` and `[::1]:2222` have a port; a bare IPv6 address has none, for all its colons.
function withoutPort(given: string): { name: string; port?: number } {
  const found = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(given);
  return found ? { name: found[1] ?? found[2]!, port: Number(found[3]) } : { name: given };
}
