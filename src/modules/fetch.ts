import { createHash } from 'node:crypto';
import { normalize } from 'node:path/posix';
import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { readBytes } from '../module/fileBytes.ts';
import { hostPath } from '../module/hostPath.ts';
import { ansibleBool, ansibleText } from '../module/params.ts';
import { changes, failed, none, TaskFailure } from '../module/plan.ts';

/** Brings files of hosts to the control side. */
export default defineModule({
  name: 'fetch',
  collection: 'ansible.builtin',
  doc: 'Bring a file of the host to the control side: to DEST/HOST/PATH, or with flat to DEST itself.',
  params: z.strictObject({
    src: ansibleText().describe('The file of the host.'),
    dest: ansibleText().describe('Directory of the control side; relative to the playbook.'),
    flat: ansibleBool()
      .default(false)
      .describe('Take dest as the file itself; with a slash at its end, its directory.'),
    fail_on_missing: ansibleBool().default(true).describe('Fail where the host has no such file.'),
    validate_checksum: ansibleBool()
      .default(true)
      .describe('Taken for compatibility: what arrives is always whole.'),
  }),
  async read({ src, dest, flat }, host, control) {
    // Without `..`, for where `~` leads is the host's word, and it must not lead out of dest.
    const path = normalize(await hostPath(src, host));
    const name = path.slice(path.lastIndexOf('/') + 1);
    const into =
      flat && !dest.endsWith('/')
        ? dest
        : `${dest.replace(/\/+$/, '')}/${flat ? name : `${control.host}${path}`}`;
    const look = host.stat({ path, follow: true });
    const [stat, content, saved] = await Promise.all([
      look,
      readBytes(path, look, host),
      control.saved(into),
    ]);
    if (saved.kind === 'directory') {
      throw new TaskFailure(`${saved.file} is a directory; end dest with a slash to fetch into it`);
    }
    const [sha1, md5] = ['sha1', 'md5'].map(
      (name) => content && createHash(name).update(content).digest('hex'),
    );
    return { path, type: stat?.type, content, sha1, md5, saved };
  },
  plan({ fail_on_missing }, { path, type, content, sha1, md5, saved }) {
    if (!content) {
      const why =
        type === 'directory' ? 'remote file is a directory, fetch cannot work on directories' : missing(type);
      return fail_on_missing
        ? failed(why, { file: path })
        : none({ file: path, msg: `${why}, not transferring, ignored` });
    }
    const sums = { checksum: sha1, md5sum: md5, remote_checksum: sha1, remote_md5sum: null };
    const result = { file: path, dest: saved.file, ...sums };
    if (saved.sha1 === sha1) return none(result);
    const plan = changes([{ summary: `save ${path} as ${saved.file}` }], result);
    return { ...plan, effects: [{ kind: 'save', file: saved.file, content }] };
  },
  steps: () => [],
});

function missing(type: string | undefined): string {
  return type === undefined ? 'the remote file does not exist' : 'the remote file is not readable';
}
