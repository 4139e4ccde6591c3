import { z } from 'zod';
import {
  type AuthorizedKey,
  authorizedLines,
  parseAuthorizedKey,
  parseKeyOptions,
  withKeys,
  withoutKeys,
} from '../lib/sshKeys.ts';
import { defineModule } from '../module/define.ts';
import { directoryOf } from '../module/hostPath.ts';
import { ansibleBool, ansibleText, choice } from '../module/params.ts';
import { type Change, changes, failed, TaskFailure } from '../module/plan.ts';
import type { Reads } from '../module/reads.ts';
import type { Step } from '../module/step.ts';

const FETCH_SECONDS = 60;

const params = z.strictObject({
  user: ansibleText().describe('Whose key it is.'),
  key: ansibleText().describe(
    'The key, or more than one, a line each; or a URL to fetch them from, or file:///path on the host.',
  ),
  path: ansibleText().optional().describe('The file; else .ssh/authorized_keys in the home.'),
  manage_dir: ansibleBool()
    .default(true)
    .describe('Make the directory, and give it its owner and mode 0700.'),
  state: choice(['absent', 'present']).default('present').describe('Whether the key is to be there.'),
  key_options: ansibleText().optional().describe('Options before the key.'),
  exclusive: ansibleBool().default(false).describe('Take all other keys out.'),
  comment: ansibleText().optional().describe('Comment behind the key, instead of its own.'),
  validate_certs: ansibleBool().default(true).describe('Whether the certificate of a URL must be valid.'),
  follow: ansibleBool().default(false).describe('Where the file is a link, write what it leads to.'),
});

type KeyParams = z.output<typeof params>;

interface KeyChange extends Change {
  steps: Step[];
}

export default defineModule({
  name: 'authorized_key',
  collection: 'ansible.posix',
  doc: 'Keeps SSH keys that may log in as a user.',
  params,
  async read(given, host) {
    const [user, text] = await Promise.all([host.passwd({ name: given.user }), keyText(given, host)]);
    if (!user) throw new TaskFailure(`Failed to lookup user ${given.user}`);
    const asked = given.path ?? `${user.home}/.ssh/authorized_keys`;
    const path = given.follow ? ((await host.realpath({ path: asked })) ?? asked) : asked;
    const [content, stat, folder] = await Promise.all([
      host.content({ path }),
      host.stat({ path }),
      host.stat({ path: directoryOf(path), follow: true }),
    ]);
    return { user, text, path, before: content && Buffer.from(content).toString(), stat, folder };
  },
  plan(given, { user, text, path, before = '', stat, folder }) {
    const wanted = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
    const keys: AuthorizedKey[] = [];
    for (const line of wanted) {
      const key = parseAuthorizedKey(line);
      if (!key) return failed(`invalid key specified: ${line}`);
      keys.push(withOwn(key, given));
    }
    const { user: name, manage_dir, state, exclusive } = given;
    const result = {
      user: name,
      keyfile: path,
      path: given.path ?? null,
      manage_dir,
      state,
      exclusive,
      key: given.key,
    };
    const lines = authorizedLines(before);
    const after = given.state === 'present' ? withKeys(lines, keys, exclusive) : withoutKeys(lines, keys);
    if (after === undefined) return changes<KeyChange>([], result);
    const owner = { owner: user.name, group: String(user.gid) };
    const directory = directoryOf(path);
    const made: Step[] = folder
      ? []
      : [{ kind: 'mkdir', path: directory, attributes: { ...owner, mode: 0o700 } }];
    const wrongMode = folder && (folder.uid !== user.uid || folder.gid !== user.gid || folder.mode !== 0o700);
    const set: Step[] = wrongMode
      ? [{ kind: 'attributes', path: directory, attributes: { ...owner, mode: 0o700 }, follow: true }]
      : [];
    const put: Step = { kind: 'put', path, content: after, attributes: { ...owner, mode: 0o600 } };
    const verb = given.state === 'present' ? (stat ? 'write' : 'create') : 'take keys out of';
    const diff = { before, after, beforeHeader: path, afterHeader: path };
    return changes(
      [{ summary: `${verb} ${path}`, diff, steps: [...(manage_dir ? [...made, ...set] : []), put] }],
      result,
    );
  },
  steps: ({ steps }) => steps,
});

async function keyText({ key, validate_certs }: KeyParams, host: Reads): Promise<string> {
  if (key.startsWith('http')) {
    const answer = await host.http({
      url: key,
      method: 'GET',
      followRedirects: true,
      validateCerts: validate_certs,
      seconds: FETCH_SECONDS,
    });
    if (answer.status !== 200) throw new TaskFailure(`Error getting key from: ${key}`);
    return Buffer.from(answer.body).toString();
  }
  if (!key.startsWith('file:')) return key;
  const path = key.replace(/^file:(\/\/)?/, '');
  const content = await host.content({ path });
  if (!content) throw new TaskFailure(`Path to a key file not found: ${path}`);
  return Buffer.from(content).toString();
}

function withOwn(key: AuthorizedKey, { key_options, comment }: KeyParams): AuthorizedKey {
  return {
    ...key,
    ...(key_options !== undefined && { options: parseKeyOptions(key_options) }),
    ...(comment !== undefined && { comment }),
  };
}
