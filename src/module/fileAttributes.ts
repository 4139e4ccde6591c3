import { modeBits, modeText } from '../lib/fileMode.ts';
import { ansibleBool, ansibleText, modeParam } from './params.ts';
import { type Change, TaskFailure } from './plan.ts';
import type { Identity, Reads, Stat } from './reads.ts';
import type { Attributes, Step } from './step.ts';

/** The parameters that all modules share that make or change files. */
export const attributeParams = {
  owner: ansibleText().optional().describe('User that shall own it: a name or a number.'),
  group: ansibleText().optional().describe('Group that shall own it: a name or a number.'),
  mode: modeParam()
    .optional()
    .describe(
      'Permissions: octal in quotes (`"0644"`) or symbols (`u=rw,g=r,o=`). Left out: they stay, or the umask decides.',
    ),
  unsafe_writes: ansibleBool()
    .default(false)
    .describe('Taken for compatibility; files always go to their place in one rename.'),
  attributes: ansibleText()
    .refine(() => false, 'cannot be set: flags of chattr are not supported')
    .optional()
    .describe('Flags of chattr; not supported.'),
  seuser: ansibleText().optional().describe('SELinux user; taken for compatibility, without effect.'),
  serole: ansibleText().optional().describe('SELinux role; taken for compatibility, without effect.'),
  setype: ansibleText().optional().describe('SELinux type; taken for compatibility, without effect.'),
  selevel: ansibleText().optional().describe('SELinux level; taken for compatibility, without effect.'),
};

export const attributeAliases = { attr: 'attributes' };

export interface AttributeParams {
  owner?: string | undefined;
  group?: string | undefined;
  mode?: string | number | undefined;
}

/** A change of files: what to do stands in it, so that `steps` only hands it out. */
export interface FileChange extends Change {
  steps: Step[];
}

/** What is known of those whom `owner` and `group` name, and of who writes. */
export interface Accounts {
  me: Identity;
  uid: number | undefined;
  gid: number | undefined;
  owner: string | undefined;
  group: string | undefined;
}

/** Looks up the owner and the group that a task names; throws TaskFailure for names that the host does not know. */
export async function readAccounts(params: AttributeParams, host: Reads): Promise<Accounts> {
  const [me, user, group] = await Promise.all([
    host.identity({}),
    isName(params.owner) ? host.passwd({ name: params.owner }) : undefined,
    isName(params.group) ? host.group({ name: params.group }) : undefined,
  ]);
  if (isName(params.owner) && !user)
    throw new TaskFailure(`chown failed: failed to look up user ${params.owner}`);
  if (isName(params.group) && !group)
    throw new TaskFailure(`chgrp failed: failed to look up group ${params.group}`);
  return {
    me,
    uid: user?.uid ?? numberOf(params.owner),
    gid: group?.gid ?? numberOf(params.group),
    owner: params.owner,
    group: params.group,
  };
}

function isName(account: string | undefined): account is string {
  return account !== undefined && !/^\d+$/.test(account);
}

function numberOf(account: string | undefined): number | undefined {
  return account === undefined ? undefined : Number(account);
}

/** What a path is or will be, as far as results tell it. */
export type FileState = Pick<Stat, 'type' | 'mode' | 'uid' | 'gid' | 'owner' | 'group' | 'size' | 'links'>;

/** Owner, group and mode as they will be, and which of them have to be set. */
export interface AttributePlan {
  /** Of something new all that the task gives, of something that is there only what differs. */
  attributes: Attributes;
  /** In words, e.g. 'mode 0644 (was 0600)'; empty where nothing differs. */
  differences: string[];
  after: FileState;
}

/** Compares what a task wants of owner, group and mode with what is there; `undefined` is there nothing yet. */
export function compareAttributes(
  params: AttributeParams,
  accounts: Accounts,
  now: FileState | undefined,
  type: Stat['type'] = now?.type ?? 'file',
): AttributePlan {
  const base = now ?? freshState(type, accounts.me);
  const after = { ...base, type };
  const attributes: Attributes = {};
  const differences: string[] = [];
  const { uid, gid, owner, group } = accounts;
  if (uid !== undefined && (!now || uid !== base.uid)) {
    attributes.owner = params.owner!;
    Object.assign(after, { uid, owner });
    differences.push(`owner ${owner} (was ${base.owner})`);
  }
  if (gid !== undefined && (!now || gid !== base.gid)) {
    attributes.group = params.group!;
    Object.assign(after, { gid, group });
    differences.push(`group ${group} (was ${base.group})`);
  }
  // A symbolic link has no permissions of its own.
  const mode = type === 'link' ? undefined : wantedMode(params, base, type, accounts.me.umask);
  if (mode !== undefined && (!now || mode !== base.mode)) {
    attributes.mode = mode;
    after.mode = mode;
    differences.push(`mode ${modeText(mode)} (was ${modeText(base.mode)})`);
  }
  return { attributes, differences: now ? differences : [], after };
}

/** What something new is as long as nothing is said of its owner, group and mode. */
export function freshState(type: Stat['type'], me: Identity): FileState {
  const mode = type === 'link' ? 0o777 : (type === 'directory' ? 0o777 : 0o666) & ~me.umask;
  const { uid, gid, owner, group } = me;
  return { type, mode, uid, gid, owner, group, size: type === 'directory' ? 4096 : 0, links: 1 };
}

function wantedMode(
  { mode }: AttributeParams,
  base: FileState,
  type: Stat['type'],
  umask: number,
): number | undefined {
  return mode === undefined
    ? undefined
    : modeBits(mode, { mode: base.mode, directory: type === 'directory', umask });
}

/** The change that sets what differs on something that is there; none where nothing does. */
export function attributeChanges(path: string, { attributes, differences }: AttributePlan): FileChange[] {
  if (differences.length === 0) return [];
  return [
    {
      summary: `set ${differences.join(', ')} of ${path}`,
      steps: [{ kind: 'attributes', path, attributes }],
    },
  ];
}

/** What Ansible registers of a path: owner, group, mode, size, state. */
export function fileResult(after: FileState): Record<string, unknown> {
  const { uid, gid, owner, group, mode, size } = after;
  return { uid, gid, owner, group, mode: modeText(mode), state: stateOf(after), size };
}

/** What Ansible calls what lies there. */
export function stateOf({
  type,
  links,
}: Pick<Stat, 'type' | 'links'>): 'link' | 'directory' | 'hard' | 'file' {
  if (type === 'link' || type === 'directory') return type;
  return links > 1 ? 'hard' : 'file';
}
