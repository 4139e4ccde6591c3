import { z } from 'zod';
import { isForHost, type KnownHostLine, parseKnownHost, withHashedHost } from '../lib/knownHostLine.ts';
import { defineModule } from '../module/define.ts';
import { directoryOf, hostPath } from '../module/hostPath.ts';
import { ansibleBool, ansibleText, choice } from '../module/params.ts';
import { type Change, changes, failed } from '../module/plan.ts';
import type { Step } from '../module/step.ts';

interface HostsChange extends Change {
  steps: Step[];
}

interface Line {
  text: string;
  entry: KnownHostLine | undefined;
}

export default defineModule({
  name: 'known_hosts',
  collection: 'ansible.builtin',
  doc: "Keeps the keys of other hosts in a known_hosts file of the host's.",
  aliases: { host: 'name' },
  params: z
    .strictObject({
      name: ansibleText()
        .refine((name) => !name.includes(','), 'must be one name: add hosts one by one')
        .describe('The other host: a name, an address, or [name]:port.'),
      key: ansibleText().optional().describe('The line for the file: names, type and key.'),
      path: ansibleText().default('~/.ssh/known_hosts').describe('The file.'),
      hash_host: ansibleBool().default(false).describe('Write the name hashed, so that nobody can read it.'),
      state: choice(['absent', 'present']).default('present').describe('Whether the key is to be there.'),
    })
    .refine(
      ({ state, key }) => state === 'absent' || key !== undefined,
      'No key specified when adding a host',
    ),
  async read({ path: given }, host) {
    const path = await hostPath(given, host);
    const folder = directoryOf(path);
    const [content, stat] = await Promise.all([
      host.content({ path }),
      host.stat({ path: folder, follow: true }),
    ]);
    return {
      path,
      folder,
      folderThere: stat !== undefined,
      before: content && Buffer.from(content).toString(),
    };
  },
  plan({ name, key, hash_host, state, path: given }, { path, folder, folderThere, before = '' }) {
    const result = { name, key: key ?? null, path: given, hash_host, state };
    const wanted = key === undefined ? undefined : parseKnownHost(key);
    if (key !== undefined && (!wanted || !isForHost(wanted, name))) {
      return failed('Host parameter does not match hashed host field in supplied key', result);
    }
    const lines =
      before === ''
        ? []
        : before
            .replace(/\n$/, '')
            .split('\n')
            .map((text) => ({ text, entry: parseKnownHost(text) }));
    const forHost = lines.filter(({ entry }) => entry && isForHost(entry, name));
    const kept =
      state === 'absent'
        ? without(lines, forHost, wanted)
        : added(lines, forHost, name, key!, wanted!, hash_host);
    if (kept === undefined) return changes<HostsChange>([], result);
    const after = kept.map((line) => `${line}\n`).join('');
    const make: Step[] = folderThere ? [] : [{ kind: 'mkdir', path: folder, attributes: { mode: 0o700 } }];
    const change = {
      summary: `${state === 'absent' ? 'take' : 'put'} key of ${name} ${state === 'absent' ? 'out of' : 'into'} ${path}`,
      diff: { before, after, beforeHeader: path, afterHeader: path },
      steps: [...make, { kind: 'put' as const, path, content: after }],
    };
    return changes<HostsChange>([change], result);
  },
  steps: ({ steps }) => steps,
});

/** Without the host, or without one key of it; undefined where there is nothing to take out. */
function without(lines: Line[], forHost: Line[], key: KnownHostLine | undefined): string[] | undefined {
  const gone = key ? forHost.filter(({ entry }) => isSame(entry!, key)) : forHost;
  return gone.length === 0 ? undefined : lines.filter((line) => !gone.includes(line)).map(({ text }) => text);
}

/** The new key at the end, in the place of another one of its type; undefined where it is there. */
function added(
  lines: Line[],
  forHost: Line[],
  name: string,
  key: string,
  wanted: KnownHostLine,
  hash: boolean,
): string[] | undefined {
  const same = forHost.find(({ entry }) => isSame(entry!, wanted));
  const isHashed = (one: Line | undefined) => one?.entry?.hosts.startsWith('|1|') === true;
  const asWanted =
    same &&
    (hash
      ? isHashed(same)
      : isHashed(same) === wanted.hosts.startsWith('|1|') && sameHosts(same.entry!, wanted));
  if (asWanted) return undefined;
  const old = same ?? forHost.find(({ entry }) => entry!.type === wanted.type && entry!.marker === undefined);
  const line = hash ? withHashedHost(key, name) : key.trim();
  return [...lines.filter((one) => one !== old).map(({ text }) => text), line];
}

function isSame(a: KnownHostLine, b: KnownHostLine): boolean {
  return a.type === b.type && a.key === b.key && a.marker === b.marker;
}

// A hashed name has a new salt every time.
function sameHosts(a: KnownHostLine, b: KnownHostLine): boolean {
  return a.hosts === b.hosts || (a.hosts.startsWith('|1|') && b.hosts.startsWith('|1|'));
}
