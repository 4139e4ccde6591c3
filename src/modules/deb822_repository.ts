import { z } from 'zod';
import { deb822Fields, KEYRINGS, readSignedBy, sourcesText } from '../module/deb822.ts';
import { defineModule } from '../module/define.ts';
import { type FileChange, readAccounts } from '../module/fileAttributes.ts';
import { planPut, readPlace } from '../module/fileContent.ts';
import { ansibleBool, choice, modeParam } from '../module/params.ts';
import { changes, failed, none } from '../module/plan.ts';
import { wantedText } from '../module/wantedFile.ts';

const params = z.strictObject({
  ...deb822Fields,
  state: choice(['absent', 'present']).default('present').describe('Whether it is to be there.'),
  mode: modeParam().default('0644').describe('Permissions of its file.'),
  install_python_debian: ansibleBool()
    .default(false)
    .describe('Has no effect: nothing is needed on the host.'),
});

export default defineModule({
  name: 'deb822_repository',
  collection: 'ansible.builtin',
  doc: `Keeps an apt repository in a file of its own, with its key.

The package lists are not updated: say so to apt (update_cache) where the task changed something.`,
  params,
  async read(given, host) {
    const slug = given.name
      .toLowerCase()
      .replace(/[_\s]+/g, '-')
      .replace(/[^a-z0-9-]+/g, '');
    const path = `/etc/apt/sources.list.d/${slug}.sources`;
    const keyPaths = ['asc', 'gpg'].map((ending) => `${KEYRINGS}/${slug}.${ending}`);
    if (given.state === 'absent') {
      const stats = await Promise.all([path, ...keyPaths].map((one) => host.stat({ path: one })));
      return { path, present: [path, ...keyPaths].filter((_, i) => stats[i]) };
    }
    const [accounts, key, folder] = await Promise.all([
      readAccounts({}, host),
      readSignedBy(given.signed_by, keyPaths as [string, string], host),
      host.stat({ path: KEYRINGS, follow: true }),
    ]);
    const wanted = wantedText(sourcesText(given, key.value), 'deb822_repository');
    return { path, accounts, key, wanted, folder, place: await readPlace(path, wanted, false, host) };
  },
  plan(given, now) {
    const told = { dest: now.path };
    if (now.present) {
      const list = now.present.map(
        (path): FileChange => ({ summary: `remove ${path}`, steps: [{ kind: 'remove', path }] }),
      );
      return list.length > 0 ? changes(list, { ...told, repo: null }) : none({ ...told, repo: null });
    }
    const options = { backup: false, force: true };
    const { key, accounts, wanted, place, folder } = now;
    const repo = String(wanted.bytes);
    const result = { ...told, repo, key_filename: key.path ?? null };
    const list: FileChange[] = [];
    if (key.file) {
      if (!folder)
        list.push({
          summary: `create directory ${KEYRINGS}`,
          steps: [{ kind: 'mkdir', path: KEYRINGS, attributes: { mode: 0o755 } }],
        });
      const parentThere = { ...key.file.place, parentThere: true };
      list.push(...planPut({ ...options, mode: '0644' }, parentThere, key.file.wanted, accounts).changes);
    }
    const put = planPut({ ...options, mode: given.mode }, place, wanted, accounts);
    if (put.failed !== undefined) return failed(put.failed, result);
    return changes([...list, ...put.changes], result);
  },
  steps: (change) => change.steps,
});
