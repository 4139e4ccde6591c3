import { mountedPaths } from '../lib/fstab.ts';
import { defineModule } from '../module/define.ts';
import { entryOf, type MountChange, type MountNow, mountChanges, mountParams } from '../module/mounting.ts';
import { changes, failed, type Plan } from '../module/plan.ts';

export default defineModule({
  name: 'mount',
  collection: 'ansible.posix',
  doc: 'Keeps file systems in fstab and mounts them.',
  aliases: { name: 'path' },
  params: mountParams,
  async read({ path, fstab }, host): Promise<MountNow> {
    const [file, mounts, stat] = await Promise.all([
      host.content({ path: fstab }),
      host.content({ path: '/proc/self/mountinfo' }),
      host.stat({ path, follow: true }),
    ]);
    const text = (content: Uint8Array | undefined) => Buffer.from(content ?? []).toString();
    return { fstab: text(file), mounted: mountedPaths(text(mounts)).get(path), isThere: stat !== undefined };
  },
  plan(given, now): Plan<MountChange> {
    const entry = entryOf(given);
    const result = {
      ...entry,
      name: given.path,
      fstab: given.fstab,
      boot: given.boot ? 'yes' : 'no',
      backup_file: '',
    };
    const list = mountChanges(given, entry, now);
    return typeof list === 'string' ? failed(list, result) : changes(list, result);
  },
  steps: ({ steps }) => steps,
  result: (_params, _now, done) => {
    const kept = done.find(({ backupFile }) => backupFile !== undefined)?.backupFile;
    return kept === undefined ? {} : { backup_file: kept };
  },
});
