import {
  type Accounts,
  type AttributeParams,
  attributeChanges,
  compareAttributes,
  type FileChange,
  fileResult,
  freshState,
  stateOf,
} from './fileAttributes.ts';
import { timeSteps, type WantedTimes } from './fileTimes.ts';
import { changes, failed, type Plan } from './plan.ts';
import type { Stat } from './reads.ts';

export interface FileParams extends AttributeParams {
  src?: string | undefined;
  force: boolean;
  follow: boolean;
}

/** What is there around the path of a task of `file`. */
export interface FileNow {
  /** Where it is done: what the given path leads to, where links are followed. */
  path: string;
  stat: Stat | undefined;
  accounts: Accounts;
  times: WantedTimes;
  /** For a directory: those above it, the nearest first. For a file or link that is to be made: the nearest alone. */
  parents: { path: string; stat: Stat | undefined }[];
  /** For a directory with `recurse`: all below it. */
  below: Stat[];
  /** For a link: the text that it shall have. */
  src: string | undefined;
  /** For a link: what that leads to. */
  target: { path: string; stat: Stat | undefined } | undefined;
  /** For a link: what the directory that it is to replace holds. */
  entries: Stat[] | undefined;
}

type FilePlan = Plan<FileChange>;

/** `state: absent` */
export function planAbsent({ path, stat }: FileNow): FilePlan {
  const result = { path, state: 'absent' };
  if (!stat) return changes([], result);
  return changes([{ summary: `remove ${stateOf(stat)} ${path}`, steps: [{ kind: 'remove', path }] }], result);
}

/** `state: file`: only owner, group, mode and times; never makes one. */
export function planFile(params: FileParams, now: FileNow): FilePlan {
  const { path, stat } = now;
  const state = stat ? stateOf(stat) : 'absent';
  if (!stat || (state !== 'file' && state !== 'hard')) {
    return failed(`file (${path}) is ${state}, cannot continue`, {
      path,
      state,
      ...(stat && fileResult(stat)),
    });
  }
  return attributesAndTimes(params, now, stat);
}

/** `state: directory` */
export function planDirectory(params: FileParams, now: FileNow): FilePlan {
  const { path, stat, parents, times, accounts } = now;
  if (stat) {
    if (stat.type !== 'directory')
      return failed(`${path} already exists as a ${stateOf(stat)}`, { path, ...fileResult(stat) });
    const plan = attributesAndTimes(params, now, stat);
    return { ...plan, changes: [...plan.changes, ...belowChanges(params, now)] };
  }
  const { attributes, after } = compareAttributes(params, accounts, undefined, 'directory');
  const above = parents.find((parent) => parent.stat);
  if (above && above.stat?.type !== 'directory') {
    return failed(`There was an issue creating ${path} as requested: ${above.path} is not a directory`, {
      path,
    });
  }
  const missing = parents.slice(0, above ? parents.indexOf(above) : undefined).map((parent) => parent.path);
  const made = [path, ...missing].reverse().map((one): FileChange => {
    const mkdir = {
      kind: 'mkdir' as const,
      path: one,
      ...(Object.keys(attributes).length > 0 && { attributes }),
    };
    return { summary: `create directory ${one}`, steps: [mkdir] };
  });
  const touched = keepsTimes(times) ? [] : timeSteps(path, undefined, times);
  made.at(-1)!.steps.push(...touched);
  return changes(made, { path, ...fileResult(after) });
}

/** `state: touch` */
export function planTouch(params: FileParams, now: FileNow): FilePlan {
  const { path, stat, times, accounts } = now;
  if (stat) {
    const plan = attributesAndTimes(params, now, stat);
    return { ...plan, result: { ...plan.result, dest: path } };
  }
  const lacks = lackingDirectory(now);
  if (lacks !== undefined) return failed(`Error, could not touch target: ${lacks} is no directory`, { path });
  const { attributes, after } = compareAttributes(params, accounts, undefined, 'file');
  const step = {
    ...timeSteps(path, undefined, times)[0]!,
    ...(Object.keys(attributes).length > 0 && { attributes }),
  };
  return changes([{ summary: `create file ${path}`, steps: [step] }], { dest: path, ...fileResult(after) });
}

/** `state: link` */
export function planLink(params: FileParams, now: FileNow): FilePlan {
  const { path, stat, target, entries } = now;
  const src = now.src ?? stat?.target;
  const state = stat ? stateOf(stat) : 'absent';
  if (now.src !== undefined && !params.force && !target?.stat) {
    const msg = "src file does not exist, use 'force=yes' if you really want to create the link";
    return failed(`${msg}: ${target?.path}`, { path, src });
  }
  if (stat && state !== 'link' && !params.force) {
    return failed(`refusing to convert from ${state} to symlink for ${path}`, { path, ...fileResult(stat) });
  }
  if (state === 'directory' && entries?.length) {
    return failed(`the directory ${path} is not empty, refusing to convert it`, {
      path,
      ...(stat && fileResult(stat)),
    });
  }
  if (src === undefined) return failed('src is required for creating new symlinks');
  const lacks = lackingDirectory(now);
  if (lacks !== undefined) return failed(`Error while linking: ${lacks} is no directory`, { path });
  const made: FileChange[] = stat?.target === src ? [] : [linkChange(path, src, stat)];
  const fresh = {
    ...freshState('link', now.accounts.me),
    size: Buffer.byteLength(src),
  };
  const link = made.length > 0 ? fresh : stat!;
  return linkAttributes(params, now, link, made, { dest: path, src });
}

/** `state: hard` */
export function planHard(params: FileParams, now: FileNow): FilePlan {
  const { path, stat, target, src } = now;
  const state = stat ? stateOf(stat) : 'absent';
  const named = { dest: path, src };
  if (src === undefined) {
    if (state !== 'hard') return failed('src is required for creating new hardlinks');
    return withDest(attributesAndTimes(params, now, stat!), named);
  }
  if (!target?.stat) return failed('src does not exist', named);
  const same = stat?.inode === target.stat.inode && stat.device === target.stat.device;
  if (same) return withDest(attributesAndTimes(params, now, stat), named);
  if (state === 'directory') return failed(`Cannot link: ${path} is a directory`, named);
  if (stat && state !== 'link' && !params.force) {
    const what = state === 'hard' ? 'different hard link' : state;
    return failed(`Cannot link, ${what} exists at destination`, named);
  }
  const lacks = lackingDirectory(now);
  if (lacks !== undefined) return failed(`Error while linking: ${lacks} is no directory`, named);
  const summary = `link ${path} to ${src}`;
  const made: FileChange = { summary, steps: [{ kind: 'link', path, target: target.path, type: 'hard' }] };
  const linked = { ...target.stat, links: target.stat.links + 1 };
  const plan = withDest(attributesAndTimes(params, now, linked), named);
  return { ...plan, changes: [made, ...plan.changes] };
}

// The directory that something new would go to, where it is none.
function lackingDirectory({ stat, parents: [parent] }: FileNow): string | undefined {
  return !stat && parent && parent.stat?.type !== 'directory' ? parent.path : undefined;
}

function withDest(plan: FilePlan, named: Record<string, unknown>): FilePlan {
  return { ...plan, result: { ...plan.result, ...named } };
}

function linkChange(path: string, src: string, stat: Stat | undefined): FileChange {
  const link = { kind: 'link' as const, path, target: src, type: 'symbolic' as const };
  const was =
    stat?.type === 'link' ? ` (was ${stat.target})` : stat ? `, in place of a ${stateOf(stat)}` : '';
  const clear = stat?.type === 'directory' ? [{ kind: 'remove' as const, path }] : [];
  return { summary: `link ${path} to ${src}${was}`, steps: [...clear, link] };
}

// Owner, group and mode are those of what the link leads to, unless links are not followed.
function linkAttributes(
  params: FileParams,
  { path, target, accounts, times }: FileNow,
  link: Parameters<typeof fileResult>[0],
  made: FileChange[],
  named: Record<string, unknown>,
): FilePlan {
  const wanted = [params.owner, params.group, params.mode].some((one) => one !== undefined);
  if (params.follow && !target?.stat) {
    const warning = 'Owner, group and mode are not set: the link leads to nothing. Set follow to false.';
    return { ...changes(made, { ...named, ...fileResult(link) }), ...(wanted && { warnings: [warning] }) };
  }
  const followed = params.follow && target?.stat;
  const compared = compareAttributes(params, accounts, followed || link);
  const set = attributeChanges(followed ? target.path : path, compared);
  const touched = target?.stat && !keepsTimes(times) ? timeSteps(target.path, target.stat, times) : [];
  const after = followed ? link : compared.after;
  return changes([...made, ...set, ...timeChanges(target?.path ?? path, touched)], {
    ...named,
    ...fileResult(after),
  });
}

function attributesAndTimes(params: FileParams, { path, accounts, times }: FileNow, stat: Stat): FilePlan {
  const compared = compareAttributes(params, accounts, stat);
  const touched = timeSteps(path, stat, times);
  const list = [...attributeChanges(path, compared), ...timeChanges(path, touched)];
  return changes(list, { path, ...fileResult(compared.after) });
}

function timeChanges(path: string, steps: FileChange['steps']): FileChange[] {
  return steps.length === 0 ? [] : [{ summary: `set the times of ${path}`, steps }];
}

function keepsTimes({ atime, mtime }: WantedTimes): boolean {
  return atime === 'preserve' && mtime === 'preserve';
}

// One change for all below a directory, for there may be thousands; its diff names them.
function belowChanges(params: FileParams, { path, below, accounts, times }: FileNow): FileChange[] {
  const list = below.flatMap((stat) => [
    ...attributeChanges(stat.path, compareAttributes(params, accounts, stat)),
    ...(stat.type === 'link' ? [] : timeChanges(stat.path, timeSteps(stat.path, stat, times))),
  ]);
  if (list.length < 2) return list;
  const prepared = list.map((change) => `${change.summary}\n`).join('');
  const summary = `set owner, group, mode or times of ${list.length} paths below ${path}`;
  return [{ summary, diff: { prepared }, steps: list.flatMap((change) => change.steps) }];
}
