import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleText, listOf } from '../module/params.ts';
import { changes } from '../module/plan.ts';

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
  volatile: true,
  async read({ name: given, groups }, _host, control) {
    const name = JSON.stringify(withoutPort(given).name);
    const known = groupNames(groups).map((group) => `${name} in groups.get(${JSON.stringify(group)}, [])`);
    return { known: control.test([`${name} in groups['all']`, ...known].join(' and ')) };
  },
  plan({ name: given, groups: joined, ...variables }, { known }) {
    const { name, port } = withoutPort(given);
    const groups = groupNames(joined);
    const values = port === undefined ? variables : { ansible_port: port, ...variables };
    const result = { add_host: { host_name: name, groups, host_vars: values } };
    const add = { summary: `add host ${name} to the inventory` };
    return {
      ...changes(known ? [] : [add], result),
      effects: [{ kind: 'add_host', name, groups, variables: values }],
    };
  },
  steps: () => [],
});

function groupNames(given: string[]): string[] {
  return [...new Set(given.map((group) => group.trim()).filter((group) => group !== ''))];
}

// `web1:2222` and `[::1]:2222` have a port; a bare IPv6 address has none, for all its colons.
function withoutPort(given: string): { name: string; port?: number } {
  const found = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(given);
  return found ? { name: found[1] ?? found[2]!, port: Number(found[3]) } : { name: given };
}
