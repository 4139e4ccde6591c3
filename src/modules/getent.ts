import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleBool, ansibleText } from '../module/params.ts';
import { failed, none, type Plan } from '../module/plan.ts';

const FAILURES: Record<number, string> = {
  1: 'Missing arguments, or database unknown.',
  2: 'One or more supplied key could not be found in the database.',
  3: 'Enumeration not supported on this database.',
};

const BY_COLONS = ['passwd', 'shadow', 'group', 'gshadow'];

export default defineModule({
  name: 'getent',
  collection: 'ansible.builtin',
  doc: "Learns what the host's name service knows: users, groups, hosts and the like. It becomes the fact getent_DATABASE.",
  params: z.strictObject({
    database: ansibleText().describe('Which database: passwd, group, hosts, services and others.'),
    key: ansibleText().optional().describe('One entry; else all that can be listed.'),
    service: ansibleText().optional().describe('Where to look, instead of what nsswitch.conf says.'),
    split: ansibleText()
      .optional()
      .describe('What stands between fields; else a colon or blanks, as the database has it.'),
    fail_key: ansibleBool()
      .default(true)
      .describe('Fail where the key is not there; else its fact is empty.'),
  }),
  read: ({ database, key, service }, host) =>
    host.getent({ database, ...(key !== undefined && { key }), ...(service !== undefined && { service }) }),
  plan({ database, key, split, fail_key }, { rc, stdout }) {
    const name = `getent_${database}`;
    if (rc === 2 && !fail_key) return known(name, { [key ?? '']: null }, { msg: FAILURES[2] });
    if (rc !== 0) return failed(FAILURES[rc] ?? 'Unexpected failure!');
    const separator = split ?? (BY_COLONS.includes(database) ? ':' : undefined);
    return known(name, entries(stdout, separator), {});
  },
  steps: () => [],
});

function known(name: string, found: Record<string, unknown>, result: Record<string, unknown>): Plan<never> {
  const facts = { [name]: found };
  const plan = none({ ansible_facts: facts, ...result });
  return { ...plan, effects: [{ kind: 'facts', facts, origin: 'host', cacheable: true }] };
}

/** Fields by key; a key that comes more than once has a list of lists. */
function entries(text: string, separator: string | undefined): Record<string, unknown> {
  const found = new Map<string, string[][]>();
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [key = '', ...fields] = separator === undefined ? line.trim().split(/\s+/) : line.split(separator);
    found.set(key, [...(found.get(key) ?? []), fields]);
  }
  return Object.fromEntries([...found].map(([key, all]) => [key, all.length === 1 ? all[0] : all]));
}
