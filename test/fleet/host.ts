import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { attempt, type CommandOptions, type CommandResult, command, FleetError } from './command.ts';
import { addressOf, namespaceFile, plugIn, unplug } from './network.ts';
import { accessFolder, hostFolder } from './paths.ts';
import { childrenOf, identify, isRunning, kill, untilEnded } from './processes.ts';
import { type FleetState, processFile, readHostProcess } from './state.ts';

const bootSeconds = 60;

export function rootFolder(fleet: string, host: string): string {
  return join(hostFolder(fleet, host), 'root');
}

/** Where everything that a host writes to its disk arrives; what it has from its base is not there. */
export function upperFolder(fleet: string, host: string): string {
  return join(hostFolder(fleet, host), 'upper');
}

/** Makes a host and boots it. Gives back when it answers over SSH and its boot is over. */
export async function startHost(fleet: FleetState, host: string): Promise<void> {
  const folder = hostFolder(fleet.name, host);
  for (const part of ['upper', 'work', 'root']) mkdirSync(join(folder, part), { recursive: true });
  await plugIn(fleet, host);
  const root = rootFolder(fleet.name, host);
  const layers = `lowerdir=${fleet.layers.join(':')},upperdir=${folder}/upper,workdir=${folder}/work`;
  await command('mount', ['-t', 'overlay', 'overlay', '-o', `${layers},redirect_dir=off,metacopy=off`, root]);
  await personalise(fleet, host);
  boot(fleet, host);
  await untilReady(fleet, host);
}

export function isUp(fleet: string, host: string): boolean {
  const running = readHostProcess(fleet, host);
  return running !== undefined && isRunning(running);
}

/** Ends a host and removes all that was made for it. Finds its way from any state a crash may leave. */
export async function removeHost(fleet: FleetState, host: string): Promise<void> {
  await powerOff(fleet.name, host);
  const root = rootFolder(fleet.name, host);
  while (isMounted(root)) await command('umount', [root]);
  await unplug(fleet, host);
  for (const group of controlGroups(fleet.name, host)) await removeControlGroup(group);
  // nspawn takes its own folder with it, unless it was killed.
  rmSync(join('/run/systemd/nspawn/propagate', machineName(fleet, host)), { recursive: true, force: true });
  rmSync(hostFolder(fleet.name, host), { recursive: true, force: true });
}

/** Runs a shell command as root in a running host, past SSH, so that it leaves no trace of a login. */
export function runInHost(
  fleet: string,
  host: string,
  script: string,
  options: CommandOptions = {},
): Promise<CommandResult> {
  const root = leaderOf(fleet, host);
  if (root === undefined) throw new FleetError(`${host} is not running`);
  const enter = [
    '--target',
    String(root),
    '--mount',
    '--uts',
    '--ipc',
    '--net',
    '--pid',
    '--cgroup',
    '--root',
    '--wd',
  ];
  const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  return attempt('nsenter', [...enter, 'env', '-i', path, 'HOME=/root', 'sh', '-c', script], options);
}

function machineName(fleet: FleetState, host: string): string {
  return `flotte-${fleet.range}-${host}`;
}

/** The process that is PID 1 inside a running host. */
export function leaderOf(fleet: string, host: string): number | undefined {
  const runner = readHostProcess(fleet, host);
  if (runner === undefined || !isRunning(runner)) return undefined;
  return childrenOf(runner.pid).flatMap(childrenOf)[0];
}

/** The lines that known_hosts needs for a host. */
export function hostKeys(fleet: string, host: string): string[] {
  return keyTypes.map((type) => {
    const file = join(rootFolder(fleet, host), `etc/ssh/ssh_host_${type}_key.pub`);
    return readFileSync(file, 'utf8').split(' ').slice(0, 2).join(' ');
  });
}

const keyTypes = ['ed25519', 'ecdsa'];

/** All that makes a host one of its own, written before it boots: names, keys, logins, resolver. */
async function personalise(fleet: FleetState, host: string): Promise<void> {
  const root = rootFolder(fleet.name, host);
  const address = addressOf(fleet, host);
  const names = `127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n${address} ${host}.fleet.test ${host}\n`;
  write(root, 'etc/hostname', `${host}\n`);
  write(root, 'etc/hosts', names);
  write(root, 'etc/machine-id', `${randomBytes(16).toString('hex')}\n`);
  write(root, 'etc/resolv.conf', readFileSync(resolverFile(), 'utf8'));
  const key = readFileSync(join(accessFolder(fleet.name), 'id_ed25519.pub'), 'utf8');
  for (const [home, id] of [
    ['root', 0],
    ['home/deploy', 1000],
    ['home/worker', 1001],
  ] as const) {
    authorize(join(root, home, '.ssh'), id, key);
  }
  const password = readFileSync(join(accessFolder(fleet.name), 'worker_password'), 'utf8').trim();
  await Promise.all([
    ...keyTypes.map((type) =>
      command('ssh-keygen', [
        '-q',
        '-t',
        type,
        '-N',
        '',
        '-C',
        host,
        '-f',
        join(root, `etc/ssh/ssh_host_${type}_key`),
      ]),
    ),
    command('chroot', [root, 'chpasswd'], { input: `worker:${password}\n` }),
  ]);
}

function write(root: string, path: string, content: string): void {
  const file = join(root, path);
  // What lies there may be a link, and an absolute link would lead out of the host's root.
  rmSync(file, { force: true });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { flag: 'wx' });
}

function authorize(folder: string, id: number, key: string): void {
  const file = join(folder, 'authorized_keys');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, key);
  for (const [path, mode] of [
    [folder, 0o700],
    [file, 0o600],
  ] as const) {
    chmodSync(path, mode);
    chownSync(path, id, id);
  }
}

/** A resolver that listens on this machine's loopback is out of a host's reach; systemd keeps the real list. */
function resolverFile(): string {
  const behind = '/run/systemd/resolve/resolv.conf';
  const isLocal = /^nameserver\s+127\./m.test(readFileSync('/etc/resolv.conf', 'utf8'));
  return isLocal && existsSync(behind) ? behind : '/etc/resolv.conf';
}

/**
 * The shell notes its own identity and enters the host's control groups before it starts nspawn: so there
 * is no moment in which a host runs that the state folder does not know of. nspawn ends with 133 when the
 * host reboots.
 */
const runNspawn = `
note=$1 groups=$2
shift 2
read -r stat < "/proc/$$/stat"
read -r boot < /proc/sys/kernel/random/boot_id
started=$(printf '%s' "\${stat##*) }" | cut -d ' ' -f 20)
printf '{"pid":%s,"startTime":"%s","bootId":"%s"}\\n' "$$" "$started" "$boot" > "$note.new"
mv "$note.new" "$note"
for group in $groups; do echo 0 > "$group/cgroup.procs"; done
while "$@"; [ $? = 133 ]; do :; done
`;

function boot(fleet: FleetState, host: string): void {
  const groups = controlGroups(fleet.name, host);
  for (const group of groups) mkdirSync(group, { recursive: true });
  const nspawn = [
    'systemd-nspawn',
    '--quiet',
    '--register=no',
    '--keep-unit',
    '--settings=no',
    '--boot',
    `--directory=${rootFolder(fleet.name, host)}`,
    `--machine=${machineName(fleet, host)}`,
    `--network-namespace-path=${namespaceFile(fleet, host)}`,
    '--capability=CAP_NET_ADMIN',
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    '--console=read-only',
  ];
  const console = openSync(join(hostFolder(fleet.name, host), 'console.log'), 'w', 0o600);
  const words = ['-c', runNspawn, 'sh', processFile(fleet.name, host), groups.join(' '), ...nspawn];
  const child = spawn('sh', words, {
    detached: true,
    cwd: '/',
    stdio: ['ignore', console, console],
    // /tmp on the host's disk, as on a Debian server, and not a tmpfs that the upper folder does not show.
    env: { PATH: process.env.PATH, SYSTEMD_NSPAWN_TMPFS_TMP: '0', SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
  });
  child.unref();
  closeSync(console);
}

async function untilReady(fleet: FleetState, host: string): Promise<void> {
  const end = Date.now() + bootSeconds * 1000;
  while (!(await isReady(fleet, host))) {
    if (Date.now() > end)
      throw new FleetError(`${host} did not come up within ${bootSeconds} s: ${consoleEnd(fleet, host)}`);
    await sleep(25);
  }
}

/** sshd answers before the boot is over, and until then only root may log in (nologin(5)). */
async function isReady(fleet: FleetState, host: string): Promise<boolean> {
  if (!existsSync(processFile(fleet.name, host))) return false;
  if (!isUp(fleet.name, host)) throw new FleetError(`${host} did not start: ${consoleEnd(fleet, host)}`);
  if (!(await greets(addressOf(fleet, host)))) return false;
  const { stdout } = await runInHost(fleet.name, host, 'systemctl is-system-running --wait');
  return /^(running|degraded)$/m.test(stdout);
}

/** Whether an SSH server says its name at an address. */
function greets(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 500 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('data', (greeting) => end(greeting.toString().startsWith('SSH-2.0-')));
    socket.on('timeout', () => end(false));
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
  });
}

function consoleEnd(fleet: FleetState, host: string): string {
  const file = join(hostFolder(fleet.name, host), 'console.log');
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.at(-1)?.trim() ?? `nothing in ${file}`;
}

async function powerOff(fleet: string, host: string): Promise<void> {
  const runner = readHostProcess(fleet, host);
  const leader = leaderOf(fleet, host);
  const init = leader === undefined ? undefined : identify(leader);
  // The end of PID 1 ends every process of the host, and lets nspawn leave in order.
  if (runner !== undefined && init !== undefined) {
    await kill(init);
    await untilEnded(runner, 5000);
  }
  // What is left where a crash came in between; nothing but the host is in its control groups.
  for (const pid of controlGroups(fleet, host).flatMap(membersOf)) {
    const member = identify(pid);
    if (member !== undefined) await kill(member);
  }
  if (runner !== undefined) await kill(runner);
}

/** Without control groups of its own per host, the hosts' systemds would end each other's services. */
function controlGroups(fleet: string, host: string): string[] {
  const hierarchies = existsSync('/sys/fs/cgroup/cgroup.controllers')
    ? ['/sys/fs/cgroup']
    : ['/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified'].filter((path) => existsSync(path));
  return hierarchies.map((path) => join(path, `flotte-fleet-${fleet}-${host}`));
}

/** The control group in which the kernel counts what a host takes. */
export function countingGroup(fleet: string, host: string): string {
  return controlGroups(fleet, host).at(-1)!;
}

function membersOf(group: string): number[] {
  if (!existsSync(group)) return [];
  const own = readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  return [...own, ...subgroups(group).flatMap(membersOf)];
}

function subgroups(group: string): string[] {
  const entries = readdirSync(group, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(group, entry.name));
}

async function removeControlGroup(group: string): Promise<void> {
  if (!existsSync(group)) return;
  for (const each of subgroups(group)) await removeControlGroup(each);
  for (let tries = 200; ; tries--) {
    try {
      return rmdirSync(group);
    } catch (error) {
      // The kernel lets go of ended processes a moment after they have ended.
      if (tries === 0) throw error;
      await sleep(5);
    }
  }
}

function isMounted(folder: string): boolean {
  const escaped = folder.replaceAll(' ', '\\040');
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[4] === escaped);
}
