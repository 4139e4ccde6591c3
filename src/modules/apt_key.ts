import { z } from 'zod';
import { hasId, type PublicKey } from '../lib/openpgp.ts';
import { KEY_PARTS, type Keyring, keyData, keysIn, readKeyrings, ringStep } from '../module/aptKeys.ts';
import { defineModule } from '../module/define.ts';
import { ansibleBool, ansibleText, choice } from '../module/params.ts';
import { type Change, changes, failed } from '../module/plan.ts';
import type { Step } from '../module/step.ts';

const params = z
  .strictObject({
    id: ansibleText().optional().describe('The key: the end of its fingerprint.'),
    data: ansibleText().optional().describe('The key itself, armored.'),
    file: ansibleText().optional().describe('A file of the host with the key.'),
    url: ansibleText().optional().describe('Where the host fetches the key from.'),
    keyserver: ansibleText().optional().describe('A key server that the host asks for id.'),
    keyring: ansibleText()
      .optional()
      .describe('The keyring to keep it in; else a file of its own in /etc/apt/trusted.gpg.d.'),
    state: choice(['absent', 'present']).default('present').describe('Whether apt shall trust it.'),
    validate_certs: ansibleBool().default(true).describe('Whether the certificate of url must be valid.'),
  })
  .refine((of) => [of.data, of.file, of.url, of.keyserver].filter((one) => one !== undefined).length <= 1, {
    error: 'give only one of data, file, url and keyserver',
  })
  .refine(
    (of) =>
      of.state === 'absent' ||
      of.data !== undefined ||
      of.file !== undefined ||
      of.url !== undefined ||
      of.keyserver !== undefined,
    {
      error: 'a key to add comes from data, file, url or keyserver',
    },
  )
  .refine((of) => of.keyserver === undefined || of.id !== undefined, 'keyserver needs an id')
  .refine((of) => of.state === 'present' || of.id !== undefined, 'a key to remove is named by its id');

interface KeyChange extends Change {
  steps: Step[];
}

export default defineModule({
  name: 'apt_key',
  collection: 'ansible.builtin',
  doc: `Keeps keys that apt trusts for every repository.

Works without apt-key and gpg on the host: a new key becomes a file in /etc/apt/trusted.gpg.d. A key for one repository
alone is better kept by deb822_repository.`,
  params,
  async read(given, host) {
    const rings = await readKeyrings(given.keyring, host);
    const { id } = given;
    const known = rings.some(({ keys }) => keys.some((key) => id !== undefined && hasId(key, id)));
    if (given.state === 'absent' || known) return { rings, keys: [] };
    return { rings, keys: keysIn(await keyData(given, host), 'what was given') };
  },
  plan(given, { rings, keys }) {
    const { id, state, keyring } = given;
    if (state === 'absent') {
      const holding = rings.filter((ring) => ring.keys.some((key) => hasId(key, id!)));
      return changes(
        holding.map((ring) => removal(ring, id!)),
        { id },
      );
    }
    const wanted = keys.filter((key) => id === undefined || hasId(key, id));
    if (keys.length > 0 && wanted.length === 0)
      return failed(`the key ${id} is not in what was given`, { id });
    const there = new Set(rings.flatMap((ring) => ring.keys.map(({ fingerprint }) => fingerprint)));
    const missing = wanted.filter(({ fingerprint }) => !there.has(fingerprint));
    const told = {
      id: id ?? wanted[0]?.fingerprint.slice(-16) ?? null,
      key_id: id ?? wanted[0]?.fingerprint.slice(-16) ?? null,
      fp: wanted[0]?.fingerprint ?? null,
    };
    if (missing.length === 0) return changes<KeyChange>([], told);
    return changes([addition(missing, keyring, rings)], told);
  },
  steps: ({ steps }) => steps,
});

function addition(missing: PublicKey[], keyring: string | undefined, rings: Keyring[]): KeyChange {
  const names = missing.map(({ fingerprint }) => fingerprint.slice(-16));
  const path = keyring ?? `${KEY_PARTS}/${names[0]}.gpg`;
  const there = rings.find((ring) => ring.path === path)?.keys ?? [];
  return {
    summary: `add key ${names.join(', ')} in ${path}`,
    steps: [ringStep(path, [...there, ...missing])],
  };
}

function removal({ path, keys }: Keyring, id: string): KeyChange {
  const left = keys.filter((key) => !hasId(key, id));
  const step: Step = left.length === 0 ? { kind: 'remove', path } : ringStep(path, left);
  return { summary: `remove key ${id} from ${path}`, steps: [step] };
}
