import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { FleetError } from './command.ts';

/** The Debian release of the hosts. */
export const release = 'bookworm';

/** Text files for a host, by their path there. */
export type HostFiles = Map<string, { content: Buffer; mode: number }>;

const certificateBundle = '/etc/ssl/certs/ca-certificates.crt';

/**
 * What hosts take over from this machine, so that apt and pip find there what they find here: sources,
 * keys, logins, proxies, timeouts and certificates. What else this machine tells apt (hooks, caches,
 * removal rules) concerns this machine alone and stays here.
 */
export function machineFiles(): HostFiles {
  const files: HostFiles = new Map();
  for (const path of aptFiles()) take(files, path);
  for (const path of [...files.keys()].filter(isSourceList)) {
    const text = withHostRelease(files.get(path)!.content.toString());
    files.set(path, { content: Buffer.from(text), mode: 0o644 });
    for (const [, key] of text.matchAll(/signed-by[:=]\s*(\/[^\s\],]+)/gi)) take(files, key!);
  }
  const settings = aptSettings();
  files.set('/etc/apt/apt.conf.d/90machine', text(settings));
  for (const [, path] of settings.matchAll(/ "(\/[^"]+)";/g)) take(files, path!);

  for (const [path, source] of pipFiles()) files.set(path, text(pipSettings(readFileSync(source, 'utf8'))));
  const environment = machineEnvironment();
  files.set('/etc/environment', text(environment.map(([name, value]) => `${name}="${value}"\n`).join('')));
  for (const [, value] of environment) if (value.startsWith('/')) take(files, value);
  files.delete(certificateBundle);
  return files;
}

/** The certificates that this machine trusts, in PEM. */
export function machineCertificates(): string[] {
  return certificatesIn(certificateBundle);
}

export function certificatesIn(bundle: string): string[] {
  if (!existsSync(bundle)) return [];
  return (
    readFileSync(bundle, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  );
}

/** Where debootstrap finds Debian: the mirror and keyring of this machine's own apt sources. */
export function debianSource(files: HostFiles): { mirror: string; keyring: string | undefined } {
  for (const path of [...files.keys()].filter(isSourceList)) {
    for (const source of sourcesIn(files.get(path)!.content.toString())) {
      if (source.suites.includes(release) && source.components.includes('main')) return source;
    }
  }
  throw new FleetError(`this machine's apt sources have no Debian ${release} main to make hosts from`);
}

interface AptSource {
  mirror: string;
  suites: string[];
  components: string[];
  keyring: string | undefined;
}

/** The sources of one list, in the one-line or the deb822 format of sources.list(5). */
export function sourcesIn(list: string): AptSource[] {
  return /^types:/im.test(list)
    ? list.split(/\n(?:[ \t]*\n)+/).flatMap(fromStanza)
    : list.split('\n').flatMap(fromLine);
}

function fromStanza(stanza: string): AptSource[] {
  const field = (name: string) => {
    const value = new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(stanza)?.[1];
    return value?.split(/\s+/).filter(Boolean) ?? [];
  };
  const mirror = field('URIs')[0];
  if (mirror === undefined || !field('Types').includes('deb') || field('Enabled')[0] === 'no') return [];
  const keyring = field('Signed-By').find((word) => word.startsWith('/'));
  return [{ mirror, suites: field('Suites'), components: field('Components'), keyring }];
}

function fromLine(line: string): AptSource[] {
  const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.+?)\s*(?:#.*)?$/.exec(line);
  if (match === null) return [];
  const keyring = /signed-by=(\/[^\s,]+)/.exec(match[1] ?? '')?.[1];
  return [{ mirror: match[2]!, suites: [match[3]!], components: match[4]!.split(/\s+/), keyring }];
}

function aptFiles(): string[] {
  const inFolder = (folder: string, endings: RegExp) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => endings.test(name))
          .map((name) => join(folder, name))
      : [];
  return [
    '/etc/apt/sources.list',
    ...inFolder('/etc/apt/sources.list.d', /\.(list|sources)$/),
    '/etc/apt/preferences',
    ...inFolder('/etc/apt/preferences.d', /^[\w-]+(\.pref)?$/),
    '/etc/apt/auth.conf',
    ...inFolder('/etc/apt/auth.conf.d', /\.conf$/),
    '/etc/apt/trusted.gpg',
    ...inFolder('/etc/apt/trusted.gpg.d', /\.(gpg|asc)$/),
    ...inFolder('/etc/apt/keyrings', /\.(gpg|asc)$/),
  ];
}

function isSourceList(path: string): boolean {
  return path.startsWith('/etc/apt/sources.list');
}

/** A source list of a Debian machine of another release, turned to the hosts' release. */
function withHostRelease(list: string): string {
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  return codename === undefined ? list : list.replaceAll(new RegExp(`\\b${codename}\\b`, 'g'), release);
}

/** Those of apt's settings that say how archives are reached and trusted (apt.conf(5)). */
function aptSettings(): string {
  const wanted =
    /^Acquire::(https?::|Retries|Check-(Date|Valid-Until)|M(ax|in)-ValidTime|Max-FutureTime|Allow\w+Repositories|ForceIPv[46]|Languages|By-Hash)/;
  const lines = execFileSync('apt-config', ['dump'], { encoding: 'utf8' }).split('\n');
  return lines
    .filter((line) => wanted.test(line) && !/Proxy-?Auto-?Detect/i.test(line))
    .map((line) => `${line}\n`)
    .join('');
}

/** pip's own files on this machine, by their path on a host: a user's file goes where every user reads it. */
function pipFiles(): [string, string][] {
  const user = [join(homedir(), '.config/pip/pip.conf'), join(homedir(), '.pip/pip.conf')];
  const places: [string, string[]][] = [
    ['/etc/pip.conf', ['/etc/pip.conf']],
    ['/etc/xdg/pip/pip.conf', [...user, '/etc/xdg/pip/pip.conf']],
  ];
  return places.flatMap(([place, candidates]) => {
    const source = candidates.find((path) => existsSync(path));
    return source === undefined ? [] : [[place, source]];
  });
}

const pipSetting =
  /^(index-url|extra-index-url|trusted-host|cert|client-cert|proxy|no-index|find-links|timeout|default-timeout|retries)$/;

/** Those lines of a pip.conf that say where packages come from and whom to trust, with their sections. */
function pipSettings(configuration: string): string {
  let keeps = false;
  const kept = configuration.split('\n').filter((line) => {
    if (/^\s*\[/.test(line)) return true;
    const name = /^([\w-]+)\s*[=:]/.exec(line)?.[1];
    if (name !== undefined) keeps = pipSetting.test(name.replaceAll('_', '-'));
    return keeps && line.trim() !== '';
  });
  return kept.map((line) => `${line}\n`).join('');
}

/** The environment's variables for certificates, proxies and pip's indexes, with their values. */
function machineEnvironment(): [string, string][] {
  const isWanted = (name: string) =>
    /^(https?|ftp|all|no)_proxy$/i.test(name) ||
    /^(SSL_CERT_(FILE|DIR)|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE)$/.test(name) ||
    (name.startsWith('PIP_') && pipSetting.test(name.slice(4).toLowerCase().replaceAll('_', '-')));
  return Object.entries(process.env)
    .filter((entry): entry is [string, string] => isWanted(entry[0]) && !/["\n]/.test(entry[1] ?? ''))
    .filter(([name, value]) => name !== 'PIP_FIND_LINKS' || !value.startsWith('/'))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function take(files: HostFiles, path: string): void {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isFile()) files.set(path, { content: readFileSync(path), mode: status.mode & 0o777 });
}

function text(content: string): { content: Buffer; mode: number } {
  return { content: Buffer.from(content), mode: 0o644 };
}
