import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { command } from './command.ts';
import { withLock } from './lock.ts';
import {
  certificatesIn,
  debianSource,
  type HostFiles,
  machineCertificates,
  machineFiles,
  release,
} from './machine-config.ts';
import { cacheFolder } from './paths.ts';
import { type BaseKind, listFleets } from './state.ts';

/** Package lists inside a base grow stale, and archives drop old versions: then a base is made anew. */
const keptDays = 7;

const debianPackages = [
  'apt-utils',
  'ca-certificates',
  'curl',
  'dbus',
  'iproute2',
  'openssh-server',
  'procps',
  'python3',
  'python3-apt',
  'sudo',
  'systemd',
  'systemd-sysv',
];

const apachePackages = [
  'apache2',
  'curl',
  'libapache2-mod-wsgi-py3',
  'python3-venv',
  'python3-virtualenv',
  'ssl-cert',
];

/** Runs once inside a fresh Debian. The masked timers would change hosts behind a test's back. */
const debianScript = `
set -a; . /etc/environment; set +a
update-ca-certificates >/dev/null
for user in deploy worker; do useradd --create-home --shell /bin/bash --password '*' $user; done
echo 'deploy ALL=(ALL:ALL) NOPASSWD:ALL' > /etc/sudoers.d/deploy
echo 'worker ALL=(ALL:ALL) ALL' > /etc/sudoers.d/worker
chmod 440 /etc/sudoers.d/*
for timer in apt-daily apt-daily-upgrade dpkg-db-backup e2scrub_all; do
  ln -sf /dev/null /etc/systemd/system/$timer.timer
done
apt-get -q update
apt-get clean
rm -f /etc/ssh/ssh_host_* /etc/hostname /var/lib/dbus/machine-id
ln -s /etc/machine-id /var/lib/dbus/machine-id
: > /etc/machine-id
`;

const apacheScript = `
set -a; . /etc/environment; set +a
printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
chmod +x /usr/sbin/policy-rc.d
apt-get -q update
apt-get -q install -y --no-install-recommends ${apachePackages.join(' ')}
apt-get clean
rm /usr/sbin/policy-rc.d
`;

/**
 * The read-only layers of a base, the upper one first, as overlayfs wants them. Makes what is not in the
 * cache; `say` is told when that takes a while.
 */
export function ensureBase(kind: BaseKind, say: (line: string) => void): Promise<string[]> {
  return withLock('bases', async () => {
    const files = machineFiles();
    const debian = await ensureLayer(`debian-${debianKey(files)}`, (folder) => {
      say(`making the Debian ${release} base, once (a minute or two)`);
      return makeDebian(folder, files);
    });
    if (kind === 'debian') return [debian];
    const key = digest([debian, apacheScript]);
    const apache = await ensureLayer(`apache-${key}`, (folder) => {
      say('making the base with Apache, once (a minute or two)');
      return makeApache(folder, debian);
    });
    return [join(apache, 'upper'), debian];
  });
}

async function ensureLayer(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), 'bases');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const oldest = dayName(Date.now() - keptDays * 86_400_000);
  const found = readdirSync(folder).filter(
    (entry) => entry.startsWith(`${name}-`) && !entry.endsWith('.partial'),
  );
  const fresh = found.sort().findLast((entry) => entry.slice(name.length + 1) > oldest);
  if (fresh !== undefined) return join(folder, fresh);

  const layer = join(folder, `${name}-${dayName(Date.now())}`);
  rmSync(`${layer}.partial`, { recursive: true, force: true });
  await make(`${layer}.partial`);
  renameSync(`${layer}.partial`, layer);
  removeOldLayers(folder, oldest);
  return layer;
}

function removeOldLayers(folder: string, oldest: string): void {
  const used = listFleets().flatMap((fleet) => fleet.layers);
  for (const entry of readdirSync(folder)) {
    const layer = join(folder, entry);
    const isUsed = used.some((path) => path === layer || path.startsWith(`${layer}/`));
    const day = /-(\d{8})$/.exec(entry)?.[1];
    if (day !== undefined && day <= oldest && !isUsed) rmSync(layer, { recursive: true, force: true });
  }
}

async function makeDebian(folder: string, files: HostFiles): Promise<void> {
  const { mirror, keyring } = debianSource(files);
  const proxy = /^Acquire::http::Proxy "([^"]+)"/m.exec(
    files.get('/etc/apt/apt.conf.d/90machine')!.content.toString(),
  );
  const options = [
    '--variant=minbase',
    `--include=${debianPackages.join(',')}`,
    ...(keyring === undefined ? [] : [`--keyring=${keyring}`]),
  ];
  await command('debootstrap', [...options, release, folder, mirror], {
    env: { ...process.env, ...(proxy === null ? {} : { http_proxy: proxy[1] }) },
  });
  rmSync(join(folder, 'etc/apt/sources.list'), { force: true });
  for (const [path, { content, mode }] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content, { mode });
  }
  trustWhatTheMachineTrusts(folder);
  await runInside(folder, [], debianScript);
}

/**
 * Certificates that only this machine trusts are installed the Debian way, so that they stay when the
 * host makes its bundle anew.
 */
function trustWhatTheMachineTrusts(folder: string): void {
  const known = new Set(certificatesIn(join(folder, 'etc/ssl/certs/ca-certificates.crt')));
  const place = join(folder, 'usr/local/share/ca-certificates');
  mkdirSync(place, { recursive: true });
  const added = machineCertificates().filter((certificate) => !known.has(certificate));
  for (const [i, certificate] of added.entries()) {
    writeFileSync(join(place, `machine-${i + 1}.crt`), `${certificate}\n`);
  }
}

async function makeApache(folder: string, debian: string): Promise<void> {
  for (const part of ['upper', 'work', 'root']) mkdirSync(join(folder, part), { recursive: true });
  const layers = `lowerdir=${debian},upperdir=${folder}/upper,workdir=${folder}/work`;
  await runInside(join(folder, 'root'), [layers], apacheScript);
  for (const part of ['work', 'root']) rmSync(join(folder, part), { recursive: true, force: true });
  rmSync(join(folder, 'upper/etc/resolv.conf'), { force: true });
}

/**
 * Runs a shell script inside a root folder, over overlay layers where given. Mounts and processes belong
 * to namespaces of their own, so nothing of them stays, not even when this process is killed.
 */
async function runInside(root: string, layers: string[], script: string): Promise<void> {
  const enter = `
root=$1 script=$2 layers=$3
if [ -n "$layers" ]; then mount -t overlay overlay -o "$layers" "$root"; fi
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
rm -f "$root/etc/resolv.conf"
cat /etc/resolv.conf > "$root/etc/resolv.conf"
hostname debian
exec chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \\
  DEBIAN_FRONTEND=noninteractive sh -euc "$script"
`;
  const namespaces = ['--mount', '--uts', '--pid', '--fork', '--kill-child'];
  await command('unshare', [...namespaces, 'sh', '-euc', enter, 'sh', root, script, layers.join('')]);
}

function debianKey(files: HostFiles): string {
  const contents = [...files].flatMap(([path, { content, mode }]) => [path, String(mode), content]);
  return digest([debianScript, release, ...debianPackages, ...machineCertificates(), ...contents]);
}

function digest(parts: (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 12);
}

function dayName(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10).replaceAll('-', '');
}
