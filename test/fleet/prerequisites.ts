import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder } from './paths.ts';

/** The commands that the fleet uses, each with the Debian package that brings it. */
const tools = {
  debootstrap: 'debootstrap',
  'systemd-nspawn': 'systemd-container',
  iptables: 'iptables',
  ip: 'iproute2',
  'ssh-keygen': 'openssh-client',
  flock: 'util-linux',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  mount: 'mount',
};

let answer: { reason: string | undefined } | undefined;

/**
 * Why no test fleet can start on this machine, in one line; undefined when it can.
 *
 * Debian packages that are missing are installed. The answer is kept for the life of the process.
 */
export function whyNoFleet(): string | undefined {
  answer ??= { reason: examine() };
  return answer.reason;
}

function examine(): string | undefined {
  if (process.platform !== 'linux') return `the test fleet needs Linux, and this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'the test fleet needs root, for network namespaces and mounts';
  // A shell that su(1) has opened may have a user's PATH, without the folders of root's commands.
  process.env.PATH = [process.env.PATH, '/usr/sbin', '/sbin'].join(delimiter);
  return missingTools() ?? missingNamespaces() ?? missingNetwork() ?? missingOverlay();
}

function missingTools(): string | undefined {
  const missing = missingPackages();
  if (missing.length === 0) return undefined;
  if (!isDebian())
    return `the test fleet needs ${missing.join(', ')}, and knows only how to install them on Debian`;
  process.stderr.write(`fleet: installing ${missing.join(', ')}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...missing]]) {
    const run = spawnSync('apt-get', ['-q', ...args], { env, encoding: 'utf8' });
    if (run.status !== 0) return `apt-get ${args.join(' ')} fails: ${lastLine(run.stderr)}`;
  }
  const still = missingPackages();
  return still.length === 0 ? undefined : `the commands of ${still.join(', ')} are not on the PATH`;
}

function missingPackages(): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const missing = Object.entries(tools).filter(
    ([tool]) => !folders.some((folder) => existsSync(join(folder, tool))),
  );
  return [...new Set(missing.map(([, name]) => name))];
}

function isDebian(): boolean {
  return existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

function missingNamespaces(): string | undefined {
  return probe('network, mount and process namespaces', 'unshare', ['-nmpf', 'true']);
}

function missingNetwork(): string | undefined {
  const links =
    'ip link add name flotte0 type bridge && ip link add name flotte1 type veth peer name flotte2' +
    ' && iptables -w -t nat -A POSTROUTING -s 10.0.0.0/24 -j MASQUERADE';
  return probe('bridges, veth links and address translation', 'unshare', ['-n', 'sh', '-c', links]);
}

function missingOverlay(): string | undefined {
  mkdirSync(cacheFolder(), { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(cacheFolder(), 'probe-'));
  for (const part of ['lower', 'upper', 'work', 'root']) mkdirSync(join(folder, part));
  const layers = `lowerdir=${folder}/lower,upperdir=${folder}/upper,workdir=${folder}/work`;
  const script = 'mount -t overlay overlay -o "$1" "$2" && touch "$2/file"';
  try {
    return probe(`overlay mounts in ${cacheFolder()}`, 'unshare', [
      '-m',
      'sh',
      '-c',
      script,
      'sh',
      layers,
      `${folder}/root`,
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function probe(what: string, file: string, args: string[]): string | undefined {
  const run = spawnSync(file, args, { encoding: 'utf8' });
  return run.status === 0 ? undefined : `the test fleet needs ${what}: ${lastLine(run.stderr)}`;
}

function lastLine(text: string | null): string {
  return (text ?? '').trim().split('\n').at(-1) || 'no reason was given';
}
