import { didYouMean } from '../lib/nearest.ts';
import { TaskFailure } from './plan.ts';
import type { Reads, Stat } from './reads.ts';
import type { Step } from './step.ts';

/**
 * Debian's way to switch parts of Apache's configuration: a link in KIND-enabled to a file in KIND-available, and an
 * empty file below /var/lib/apache2 that tells packages that it was the admin's will. The same as a2enmod, a2ensite,
 * a2enconf and their counterparts leave, so that all of them can be used beside each other.
 */
export type ApacheKind = 'mods' | 'sites' | 'conf';

const ROOT = '/etc/apache2';
const STATE = '/var/lib/apache2';

// What Debian calls one of a kind: in its state folder and in what its tools say.
export const NOUNS: Record<ApacheKind, string> = { mods: 'module', sites: 'site', conf: 'conf' };

/** One entry in KIND-enabled as it is, and what is known of it beside. */
export interface Switch {
  name: string;
  /** What lies in KIND-enabled, by file name (`ssl.load`, `ssl.conf`); absent where nothing does. */
  links: Record<string, Stat>;
  /** File names in KIND-available that belong to it. */
  available: string[];
  /** Marker files and their folders that are there. */
  markers: string[];
}

/** File names of both folders of a kind. */
export interface Folders {
  available: string[];
  enabled: Map<string, Stat>;
}

export async function readFolders(kind: ApacheKind, host: Reads): Promise<Folders> {
  const [available, enabled] = await Promise.all([
    host.entries({ path: `${ROOT}/${kind}-available` }),
    host.entries({ path: `${ROOT}/${kind}-enabled` }),
  ]);
  if (!available || !enabled) {
    throw new TaskFailure(`there is no ${ROOT}/${kind}-available: install the package apache2`);
  }
  return {
    available: available.map(fileName),
    enabled: new Map(enabled.map((stat) => [fileName(stat), stat])),
  };
}

/** One of a kind, by its name without `.conf` or `.load`; its markers are read only where it is to be switched. */
export async function readSwitch(
  kind: ApacheKind,
  name: string,
  wanted: 'present' | 'absent',
  folders: Folders,
  host: Reads,
): Promise<Switch> {
  const one = switchOf(kind, name, folders);
  if (wanted === 'present' ? isEnabled(kind, one) : !isLinked(one)) return one;
  const paths = [...markerFolders(kind), ...MARKS.map((mark) => `${STATE}/${NOUNS[kind]}/${mark}/${name}`)];
  const stats = await Promise.all(paths.map((path) => host.stat({ path })));
  return { ...one, markers: paths.filter((_, i) => stats[i]) };
}

/** The same without its markers: enough to tell whether it is enabled. */
export function switchOf(kind: ApacheKind, name: string, folders: Folders): Switch {
  const files = filesOf(kind, name);
  const links = files.flatMap((file) => {
    const stat = folders.enabled.get(file);
    return stat ? [[file, stat] as const] : [];
  });
  const available = files.filter((file) => folders.available.includes(file));
  return { name, links: Object.fromEntries(links), available, markers: [] };
}

/** Enabled with all its files. */
export function isEnabled(kind: ApacheKind, one: Switch): boolean {
  return one.available.length > 0 && missingLinks(kind, one).length === 0;
}

/** Has something in KIND-enabled, be it a dangling link. */
export function isLinked({ links }: Switch): boolean {
  return Object.keys(links).length > 0;
}

/** Which of its files is no link to its counterpart; empty where it is enabled whole. */
export function missingLinks(kind: ApacheKind, { available, links }: Switch): string[] {
  return available.filter((file) => links[file]?.type !== 'link' || !leadsTo(kind, file, links[file]));
}

/** The names to choose from, and the nearest to what was asked for. */
export function unknownName(kind: ApacheKind, name: string, { available }: Folders): string {
  const suffix = kind === 'mods' ? '.load' : '.conf';
  const names = available
    .filter((file) => file.endsWith(suffix))
    .map((file) => file.slice(0, -suffix.length));
  const noun = NOUNS[kind];
  const hint = didYouMean(name, names) ?? (names.length > 0 ? `There are: ${names.join(', ')}.` : '');
  return `${noun[0]!.toUpperCase()}${noun.slice(1)} ${name} does not exist in ${ROOT}/${kind}-available. ${hint}`.trim();
}

/** Makes the links and the marker that are missing. */
export function enableSteps(kind: ApacheKind, one: Switch): Step[] {
  const links = missingLinks(kind, one)
    // The settings come first: a module must not be loaded without them.
    .sort((a, b) => (a < b ? -1 : 1))
    .map((file): Step => {
      const path = `${ROOT}/${kind}-enabled/${file}`;
      return { kind: 'link', path, target: `../${kind}-available/${file}`, type: 'symbolic' };
    });
  return [...links, ...markSteps(kind, one, 'enabled_by_admin')];
}

/** Takes the links away, dangling ones too, and leaves the marker that says so. */
export function disableSteps(kind: ApacheKind, one: Switch): Step[] {
  const links = Object.keys(one.links).map(
    (file): Step => ({ kind: 'remove', path: `${ROOT}/${kind}-enabled/${file}` }),
  );
  return [...links.reverse(), ...markSteps(kind, one, 'disabled_by_admin')];
}

/** A file in KIND-enabled that is no link: nobody but who put it there may take it away. */
export function realFile(kind: ApacheKind, { links }: Switch): string | undefined {
  const file = Object.keys(links).find((name) => links[name]!.type !== 'link');
  return file && `${ROOT}/${kind}-enabled/${file}`;
}

/** A link that leads elsewhere than to its counterpart, and to something. */
export function foreignLink(kind: ApacheKind, { links, available }: Switch): string | undefined {
  const file = available.find((name) => links[name]?.type === 'link' && !leadsTo(kind, name, links[name]));
  return file && `${ROOT}/${kind}-enabled/${file}`;
}

export function availablePath(kind: ApacheKind, file: string): string {
  return `${ROOT}/${kind}-available/${file}`;
}

const MARKS = ['enabled_by_admin', 'disabled_by_admin', 'enabled_by_maint', 'disabled_by_maint'];

function markerFolders(kind: ApacheKind): string[] {
  const folder = `${STATE}/${NOUNS[kind]}`;
  return [folder, `${folder}/enabled_by_admin`, `${folder}/disabled_by_admin`];
}

function markSteps(kind: ApacheKind, { name, markers }: Switch, mark: string): Step[] {
  const folder = `${STATE}/${NOUNS[kind]}`;
  const wanted = `${folder}/${mark}/${name}`;
  const missing = [folder, `${folder}/${mark}`].filter((path) => !markers.includes(path));
  const old = markers.filter((path) => !markerFolders(kind).includes(path) && path !== wanted);
  return [
    ...missing.map((path): Step => ({ kind: 'mkdir', path, attributes: { mode: 0o755 } })),
    ...old.map((path): Step => ({ kind: 'remove', path })),
    ...(markers.includes(wanted) ? [] : [{ kind: 'touch' as const, path: wanted }]),
  ];
}

function filesOf(kind: ApacheKind, name: string): string[] {
  return kind === 'mods' ? [`${name}.load`, `${name}.conf`] : [`${name}.conf`];
}

function leadsTo(kind: ApacheKind, file: string, link: Stat): boolean {
  return (
    link.target === `../${kind}-available/${file}` || link.target === `${ROOT}/${kind}-available/${file}`
  );
}

function fileName({ path }: Stat): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
