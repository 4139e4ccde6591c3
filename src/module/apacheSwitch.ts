import {
  type ApacheKind,
  availablePath,
  disableSteps,
  enableSteps,
  type Folders,
  foreignLink,
  isEnabled,
  isLinked,
  NOUNS,
  readFolders,
  readSwitch,
  realFile,
  type Switch,
  unknownName,
} from './apache.ts';
import { type Change, changes, failed, none, type Plan } from './plan.ts';
import type { Reads } from './reads.ts';
import type { Step } from './step.ts';

export interface SwitchParams {
  name: string;
  state: 'present' | 'absent';
}

export interface SwitchNow {
  one: Switch;
  folders: Folders;
  /** Modules that the file says it needs, and that are not enabled. */
  lacking: string[];
}

export interface SwitchChange extends Change {
  steps: Step[];
}

/** Looks at a site or a conf: its file, its link and its markers. */
export async function readSwitchTask(
  kind: 'sites' | 'conf',
  params: SwitchParams,
  host: Reads,
): Promise<SwitchNow> {
  const name = params.name.replace(/\.conf$/, '');
  const file = availablePath(kind, `${name}.conf`);
  const [folders, content] = await Promise.all([
    readFolders(kind, host),
    params.state === 'present' ? host.content({ path: file }) : undefined,
  ]);
  const one = await readSwitch(kind, name, params.state, folders, host);
  const needed = isEnabled(kind, one) ? [] : commentWords(content, 'Depends');
  const modules = needed.length > 0 ? await readFolders('mods', host) : undefined;
  return { one, folders, lacking: needed.filter((module) => !modules?.enabled.has(`${module}.load`)) };
}

export function planSwitch(kind: ApacheKind, { state }: SwitchParams, now: SwitchNow): Plan<SwitchChange> {
  const { one, folders, lacking } = now;
  const noun = NOUNS[kind];
  const result = {
    result: `${noun[0]!.toUpperCase()}${noun.slice(1)} ${one.name} ${state === 'present' ? 'enabled' : 'disabled'}`,
  };
  if (state === 'absent') {
    if (!isLinked(one)) return none(result);
    const real = realFile(kind, one);
    if (real) return failed(`${real} is a file of its own, no link: it is not taken away`);
    return changes([{ summary: `disable ${noun} ${one.name}`, steps: disableSteps(kind, one) }], result);
  }
  const obstacle = enableObstacle(kind, one, folders);
  if (obstacle !== undefined) return failed(obstacle);
  if (isEnabled(kind, one)) return none(result);
  if (lacking.length > 0) {
    return failed(`Module ${lacking[0]} is not enabled, but ${noun} ${one.name} depends on it`);
  }
  return changes([{ summary: `enable ${noun} ${one.name}`, steps: enableSteps(kind, one) }], result);
}

/** Why something cannot be enabled; undefined where nothing is in the way. */
export function enableObstacle(kind: ApacheKind, one: Switch, folders: Folders): string | undefined {
  if (one.available.length === 0) return unknownName(kind, one.name, folders);
  const real = realFile(kind, one);
  if (real) return `${real} is a file of its own, no link: it is left as it is`;
  const foreign = foreignLink(kind, one);
  return foreign && `${foreign} is a link that does not lead to its counterpart: it is left as it is`;
}

/** Words of a line `# Depends: a b` among the comments that a file of Apache's begins with. */
export function commentWords(content: Uint8Array | undefined, title: 'Depends' | 'Conflicts'): string[] {
  const lines = Buffer.from(content ?? [])
    .toString()
    .split('\n');
  const end = lines.findIndex((line) => !/^\s*(#.*)?$/.test(line));
  const comments = end < 0 ? lines : lines.slice(0, end);
  const line = comments.find((text) => text.startsWith(`# ${title}:`));
  return line
    ? line
        .slice(title.length + 3)
        .split(/\s+/)
        .filter(Boolean)
    : [];
}
