import { resolve as absolute, dirname, join } from 'node:path/posix';
import { Secret } from '../lib/secret.ts';
import type { Identity, Reads, Stat } from '../module/reads.ts';
import type {
  Attributes,
  Content,
  CopyStep,
  LinkStep,
  MkdirStep,
  PutStep,
  Step,
  TouchStep,
} from '../module/step.ts';

/** Reads what is really there; `Reads` of the user that plans or asks. */
type Real = Pick<Reads, 'stat' | 'entries' | 'tree' | 'identity' | 'passwd' | 'group'>;

/** What is planned to lie at a path. */
interface Planned {
  /** As it shall be; its `path` is the place it is planned for. */
  stat: Stat;
  /** Where the real thing lies that this is (moved, copied, given attributes); undefined: it is made anew. */
  real?: string | undefined;
  /** Of a file whose content is planned. */
  content?: Content | undefined;
}

/** Where a path leads once every link is followed, planned ones included. */
interface Place {
  /** Without links, as far as there is anything. */
  path: string;
  /** What lies there. */
  stat: Stat | undefined;
  /** The directory of the last part is there. */
  parentThere: boolean;
  /** Nothing on the way is planned: the host's own answer holds. */
  real: boolean;
}

/** What is there of a file that is looked into: planned content, or the real file it stands on. */
type Source = { content: Content } | { real: string } | undefined;

const LINKS_FOLLOWED = 40;

/** File steps laid over what is really there, as a tree that only knows the differences. */
export interface PlannedFiles {
  /** Lays one step over all before it. */
  apply(step: Exclude<Step, { kind: 'run' }>, real: Real): Promise<void>;
  locate(path: string, follow: boolean, real: Real): Promise<Place>;
  source(path: string): Source;
  /** What a directory holds, sorted by name; its path has no links in it. */
  entries(path: string, real: Real): Promise<Stat[]>;
  /** All below such a directory, parents first. */
  tree(path: string, real: Real): Promise<Stat[]>;
  /** Whether something at or below a path is planned. */
  differs(path: string): boolean;
}

export function openPlannedFiles(): PlannedFiles {
  // null: it is planned to be gone.
  const nodes = new Map<string, Planned | null>();

  /** The nearest planned thing at or above a path. */
  function nearest(path: string): { at: string; node: Planned | null } | undefined {
    for (let at = path; ; at = dirname(at)) {
      const node = nodes.get(at);
      if (node !== undefined) return { at, node };
      if (at === '/') return undefined;
    }
  }

  /** Where the real thing of a path lies: the path itself, elsewhere, or nowhere. */
  function realPath(path: string): string | undefined {
    const near = nearest(path);
    if (!near) return path;
    if (near.node?.real === undefined) return undefined;
    return near.at === path ? near.node.real : join(near.node.real, path.slice(near.at.length));
  }

  async function statAt(path: string, real: Real): Promise<Stat | undefined> {
    const node = nodes.get(path);
    if (node !== undefined) return node?.stat;
    const from = realPath(path);
    if (from === undefined) return undefined;
    const stat = await real.stat({ path: from });
    return stat && { ...stat, path };
  }

  async function locate(path: string, follow: boolean, real: Real): Promise<Place> {
    let at = absolute('/', path);
    let untouched = true;
    for (let links = 0; links <= LINKS_FOLLOWED; links += 1) {
      const prefixes = prefixesOf(at);
      untouched &&= !prefixes.some((prefix) => nodes.has(prefix));
      const stats = await Promise.all(prefixes.map((prefix) => statAt(prefix, real)));
      const link = stats.findIndex((stat, i) => stat?.type === 'link' && (follow || i < stats.length - 1));
      if (link < 0) {
        const parentThere = at === '/' || stats.at(-2)?.type === 'directory';
        return { path: at, stat: stats.at(-1), parentThere, real: untouched };
      }
      const from = prefixes[link]!;
      at = absolute(dirname(from), stats[link]!.target ?? '', `.${at.slice(from.length)}`);
    }
    // A loop of links leads nowhere.
    return { path: at, stat: undefined, parentThere: false, real: untouched };
  }

  /** The place that a step's path means: links in its parents followed, the last part as it stands. */
  const placeOf = (path: string, real: Real) => locate(path, false, real);

  /** What lies at a place, as something that can be changed, moved or copied. */
  function thingAt(path: string, stat: Stat): Planned {
    return nodes.get(path) ?? { stat, real: realPath(path) };
  }

  function put(path: string, thing: Planned): void {
    clearBelow(path);
    nodes.set(path, { ...thing, stat: { ...thing.stat, path } });
  }

  function clearBelow(path: string): void {
    for (const one of nodes.keys()) if (isBelow(one, path)) nodes.delete(one);
  }

  function remove(path: string): void {
    clearBelow(path);
    nodes.set(path, null);
  }

  async function writeFile(step: PutStep | CopyStep, real: Real): Promise<void> {
    const path = step.kind === 'put' ? step.path : step.to;
    const [place, target] = await Promise.all([placeOf(path, real), locate(path, true, real)]);
    const from = step.kind === 'copy' ? await locate(step.from, true, real) : undefined;
    if (from && !from.stat) return;
    const kept = target.stat?.type === 'file' ? target.stat : undefined;
    const fresh = kept ?? (await freshStat('file', real));
    const thing = from ? thingAt(from.path, from.stat!) : undefined;
    const content = step.kind === 'put' ? step.content : thing!.content;
    const size = step.kind === 'put' ? sizeOf(step.content) : from!.stat!.size;
    const stat = await withAttributes({ ...fresh, ...timesNow(), size, links: 1 }, step.attributes, real);
    put(place.path, { stat, content, real: content === undefined ? thing?.real : undefined });
  }

  async function makeDirectory({ path, attributes }: MkdirStep, real: Real): Promise<void> {
    const place = await locate(path, true, real);
    if (place.stat?.type === 'directory') return setAttributes(place, attributes, real);
    const stat = await withAttributes(await freshStat('directory', real), attributes, real);
    put(place.path, { stat });
  }

  async function makeLink(step: LinkStep, real: Real): Promise<void> {
    const place = await placeOf(step.path, real);
    if (step.type === 'hard') {
      // Two names of one file are planned as two files: what later changes one of them is not seen by the other.
      const from = await placeOf(step.target, real);
      if (from.stat) put(place.path, thingAt(from.path, { ...from.stat, links: from.stat.links + 1 }));
      return;
    }
    const fresh = {
      ...(await freshStat('link', real)),
      target: step.target,
      size: Buffer.byteLength(step.target),
    };
    const { mode: _, ...owners } = step.attributes ?? {};
    put(place.path, { stat: await withAttributes(fresh, owners, real) });
  }

  async function setAttributes(place: Place, attributes: Attributes | undefined, real: Real): Promise<void> {
    if (!place.stat) return;
    const thing = thingAt(place.path, place.stat);
    const { mode, ...owners } = attributes ?? {};
    const wanted = mode === undefined || place.stat.type === 'link' ? owners : { ...owners, mode };
    // What is planned below stays.
    nodes.set(place.path, { ...thing, stat: await withAttributes(thing.stat, wanted, real) });
  }

  async function touch(step: TouchStep, real: Real): Promise<void> {
    const place = await locate(step.path, true, real);
    const now = timesNow();
    const times = { ...now, atime: step.atime ?? now.atime, mtime: step.mtime ?? now.mtime };
    const thing = place.stat
      ? thingAt(place.path, place.stat)
      : { stat: await freshStat('file', real), content: '' };
    const stat = await withAttributes({ ...thing.stat, ...times }, step.attributes, real);
    nodes.set(place.path, { ...thing, stat: { ...stat, path: place.path } });
  }

  async function rename(from: string, to: string, real: Real): Promise<void> {
    const [source, target] = await Promise.all([placeOf(from, real), placeOf(to, real)]);
    if (!source.stat) return;
    const thing = thingAt(source.path, source.stat);
    const inside = [...nodes].filter(([path]) => isBelow(path, source.path));
    put(target.path, thing);
    for (const [path, node] of inside) {
      const moved = target.path + path.slice(source.path.length);
      nodes.set(moved, node && { ...node, stat: { ...node.stat, path: moved } });
    }
    remove(source.path);
  }

  async function apply(step: Exclude<Step, { kind: 'run' }>, real: Real): Promise<void> {
    switch (step.kind) {
      case 'put':
      case 'copy':
        return writeFile(step, real);
      case 'mkdir':
        return makeDirectory(step, real);
      case 'link':
        return makeLink(step, real);
      case 'remove':
        return remove((await placeOf(step.path, real)).path);
      case 'attributes':
        return setAttributes(await locate(step.path, step.follow === true, real), step.attributes, real);
      case 'touch':
        return touch(step, real);
      case 'rename':
        return rename(step.from, step.to, real);
    }
  }

  /** What really lies in or below a directory, with paths as if it lay at `as`. */
  async function really(
    list: 'entries' | 'tree',
    from: string | undefined,
    as: string,
    real: Real,
  ): Promise<Stat[]> {
    const found = from === undefined ? [] : ((await real[list]({ path: from })) ?? []);
    return found.map((stat) => ({ ...stat, path: as + stat.path.slice(from!.length) }));
  }

  async function entries(path: string, real: Real): Promise<Stat[]> {
    const found = await really('entries', realPath(path), path, real);
    const kept = found.filter((stat) => !nodes.has(stat.path));
    const planned = [...nodes].flatMap(([at, node]) =>
      node && at !== '/' && dirname(at) === path ? [node.stat] : [],
    );
    return sorted([...kept, ...planned]);
  }

  async function tree(path: string, real: Real): Promise<Stat[]> {
    let list = await really('tree', realPath(path), path, real);
    // Parents before what is below them, so that the nearest has the last word.
    for (const [at, node] of [...nodes].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!isBelow(at, path)) continue;
      list = list.filter((stat) => stat.path !== at && !isBelow(stat.path, at));
      if (!node) continue;
      list.push(node.stat);
      if (node.stat.type === 'directory') list.push(...(await really('tree', node.real, at, real)));
    }
    return sorted(list);
  }

  return {
    apply,
    locate,
    source(path) {
      const node = nodes.get(path);
      if (node?.content !== undefined) return { content: node.content };
      const from = realPath(path);
      return from === undefined ? undefined : { real: from };
    },
    entries,
    tree,
    differs: (path) =>
      nearest(path) !== undefined || [...nodes.keys()].some((planned) => isBelow(planned, path)),
  };
}

function sorted(stats: Stat[]): Stat[] {
  return stats.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function isBelow(path: string, directory: string): boolean {
  return path !== directory && path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

/** '/a/b' gives '/', '/a' and '/a/b'. */
function prefixesOf(path: string): string[] {
  const prefixes = [path];
  while (prefixes[0] !== '/') prefixes.unshift(dirname(prefixes[0]!));
  return prefixes;
}

function timesNow(): { atime: number; mtime: number; ctime: number } {
  const now = Date.now() / 1000;
  return { atime: now, mtime: now, ctime: now };
}

/** What something new would look like before it has attributes. Inode and device cannot be known and are 0. */
async function freshStat(type: 'file' | 'directory' | 'link', real: Real): Promise<Stat> {
  const who: Identity = await real.identity({});
  const open = { file: 0o666, directory: 0o777, link: 0o777 }[type];
  return {
    path: '',
    type,
    mode: type === 'link' ? open : open & ~who.umask,
    uid: who.uid,
    gid: who.gid,
    owner: who.owner,
    group: who.group,
    size: 0,
    ...timesNow(),
    inode: 0,
    device: 0,
    links: type === 'directory' ? 2 : 1,
  };
}

async function withAttributes(stat: Stat, attributes: Attributes | undefined, real: Real): Promise<Stat> {
  const { mode, owner, group } = attributes ?? {};
  const [user, its] = await Promise.all([
    owner === undefined ? undefined : accountOf(owner, async () => (await real.passwd({ name: owner }))?.uid),
    group === undefined ? undefined : accountOf(group, async () => (await real.group({ name: group }))?.gid),
  ]);
  return {
    ...stat,
    ...(mode === undefined ? {} : { mode }),
    ...(user ? { owner: user.name, uid: user.id } : {}),
    ...(its ? { group: its.name, gid: its.id } : {}),
  };
}

/** Name and number of an owner; -1 where the name is not known (yet). */
async function accountOf(
  named: string,
  look: () => Promise<number | undefined>,
): Promise<{ name: string; id: number }> {
  return { name: named, id: /^\d+$/.test(named) ? Number(named) : ((await look()) ?? -1) };
}

function sizeOf(content: Content): number {
  if (typeof content === 'string') return Buffer.byteLength(content);
  if (content instanceof Secret) return Buffer.byteLength(content.reveal());
  return content instanceof Uint8Array ? content.length : content.size;
}
