import type { Collector } from './collector.ts';
import { assigned, firstLine, linesOf, partLines, type Raw } from './raw.ts';

/** Facts of the kernel, the host's names and what starts its services. */
export const systemCollectors: Collector[] = [
  {
    name: 'platform',
    minimal: true,
    ids: ['system', 'kernel', 'kernel_version', 'machine', 'python_version', 'architecture', 'machine_id'],
    files: ['/proc/sys/kernel/hostname', '/etc/hosts', '/etc/machine-id', '/var/lib/dbus/machine-id'],
    exist: ['/lib64/ld-linux-x86-64.so.2'],
    parts: ['uname', 'hosts', 'python'],
    facts: platform,
  },
  {
    name: 'service_mgr',
    minimal: true,
    files: ['/proc/1/comm'],
    exist: ['/run/systemd/system'],
    parts: ['programs'],
    facts: (raw) => ({ service_mgr: serviceManager(raw) }),
  },
  { name: 'pkg_mgr', minimal: true, parts: ['programs'], facts: (raw) => ({ pkg_mgr: packageManager(raw) }) },
  { name: 'cmdline', minimal: true, files: ['/proc/cmdline'], facts: commandLine },
  { name: 'python', minimal: true, parts: ['python'], facts: python },
  { name: 'systemd', parts: ['systemd'], facts: systemd },
  {
    name: 'fips',
    minimal: true,
    files: ['/proc/sys/crypto/fips_enabled'],
    facts: (raw) => ({ fips: firstLine(raw, '/proc/sys/crypto/fips_enabled') === '1' }),
  },
  {
    name: 'apparmor',
    minimal: true,
    exist: ['/sys/kernel/security/apparmor'],
    facts: (raw) => ({
      apparmor: {
        status: raw.exist.size > 0 && raw.exist.has('/sys/kernel/security/apparmor') ? 'enabled' : 'disabled',
      },
    }),
  },
  {
    name: 'selinux',
    minimal: true,
    files: ['/sys/fs/selinux/enforce', '/sys/fs/selinux/policyvers', '/etc/selinux/config'],
    exist: ['/usr/lib/*/libselinux.so.1', '/lib64/libselinux.so.1'],
    facts: selinux,
  },
  {
    name: 'caps',
    minimal: true,
    ids: ['system_capabilities', 'system_capabilities_enforced'],
    parts: ['caps'],
    facts: capabilities,
  },
  {
    name: 'chroot',
    ids: ['is_chroot'],
    parts: ['chroot'],
    facts: (raw) => ({ is_chroot: isChroot(partLines(raw, 'chroot')) }),
  },
  { name: 'loadavg', files: ['/proc/loadavg'], facts: loadAverage },
];

function platform(raw: Raw): Record<string, unknown> {
  const [system = 'Linux', nodeRelease = '', ...rest] = partLines(raw, 'uname')[0]?.split(' ') ?? [];
  const machine = rest.at(-1) ?? '';
  const nodename = firstLine(raw, '/proc/sys/kernel/hostname') ?? '';
  const fqdn = fullName(nodename, raw);
  const bits = userspaceBits(machine, raw);
  const id = firstLine(raw, '/var/lib/dbus/machine-id') ?? firstLine(raw, '/etc/machine-id');
  const version = pythonVersion(raw);
  return {
    system,
    kernel: nodeRelease,
    kernel_version: rest.slice(0, -1).join(' '),
    machine,
    ...(version && { python_version: version }),
    fqdn,
    hostname: nodename.split('.')[0],
    nodename,
    domain: fqdn.split('.').slice(1).join('.'),
    userspace_bits: bits,
    architecture: /^i\d86$/.test(machine) ? 'i386' : machine,
    ...(/^(x86_64|i\d86)$/.test(machine) && { userspace_architecture: bits === '64' ? 'x86_64' : 'i386' }),
    ...(id && { machine_id: id }),
  };
}

// As Python's socket.getfqdn: the first of the host's names that has a dot.
function fullName(nodename: string, raw: Raw): string {
  const lines = [...partLines(raw, 'hosts'), ...linesOf(raw, '/etc/hosts')];
  for (const line of lines) {
    const names = line.replace(/#.*/, '').trim().split(/\s+/).slice(1);
    if (names.includes(nodename)) return names.find((name) => name.includes('.')) ?? nodename;
  }
  return nodename;
}

function userspaceBits(machine: string, raw: Raw): string {
  if (machine === 'x86_64') return raw.exist.has('/lib64/ld-linux-x86-64.so.2') ? '64' : '32';
  return /64|s390x/.test(machine) ? '64' : '32';
}

function serviceManager(raw: Raw): string {
  const first = firstLine(raw, '/proc/1/comm') ?? '';
  const known: Record<string, string> = {
    procd: 'openwrt_init',
    'runit-init': 'runit',
    svscan: 'svc',
    'openrc-init': 'openrc',
  };
  if (first !== '' && first !== 'init' && !first.endsWith('sh')) return known[first] ?? first;
  return raw.exist.has('/run/systemd/system') ? 'systemd' : 'sysvinit';
}

function packageManager(raw: Raw): string {
  const names: Record<string, string> = { 'apt-get': 'apt' };
  const found = partLines(raw, 'programs').map((path) => path.slice(path.lastIndexOf('/') + 1));
  const first = found.find((name) => name !== 'systemctl');
  return first === undefined ? 'unknown' : (names[first] ?? first);
}

function commandLine(raw: Raw): Record<string, unknown> {
  const last: Record<string, string | true> = {};
  const all: Record<string, string | true | string[]> = {};
  for (const piece of (firstLine(raw, '/proc/cmdline') ?? '').match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []) {
    const at = piece.indexOf('=');
    const [key, value] = at < 0 ? [piece, true as const] : [piece.slice(0, at), piece.slice(at + 1)];
    const before = all[key];
    last[key] = value;
    if (value === true || before === undefined || before === true) all[key] = value;
    else all[key] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  return { cmdline: last, proc_cmdline: all };
}

function pythonVersion(raw: Raw): string | undefined {
  return /^Python (\S+)/m.exec(raw.parts.get('python') ?? '')?.[1];
}

function python(raw: Raw): Record<string, unknown> {
  const version = pythonVersion(raw);
  const match = /^(\d+)\.(\d+)\.(\d+)(?:(a|b|rc)(\d+))?/.exec(version ?? '');
  if (!match) return {};
  const levels: Record<string, string> = { a: 'alpha', b: 'beta', rc: 'candidate' };
  const [major, minor, micro] = match.slice(1, 4).map(Number);
  const releaselevel = match[4] ? levels[match[4]] : 'final';
  const serial = Number(match[5] ?? 0);
  return {
    python: {
      version: { major, minor, micro, releaselevel, serial },
      version_info: [major, minor, micro, releaselevel, serial],
      executable: partLines(raw, 'python')[0],
      has_sslcontext: true,
      type: 'cpython',
    },
  };
}

function systemd(raw: Raw): Record<string, unknown> {
  const [first = '', features] = partLines(raw, 'systemd');
  const version = /^systemd (\d+)/.exec(first)?.[1];
  return version === undefined ? {} : { systemd: { version: Number(version), features: features ?? '' } };
}

function selinux(raw: Raw): Record<string, unknown> {
  const enforce = firstLine(raw, '/sys/fs/selinux/enforce');
  // Ansible asks by way of this library, and says so where it is missing.
  const library = [...raw.exist].some((path) => path.endsWith('/libselinux.so.1'));
  if (!library)
    return { selinux: { status: 'Missing selinux Python library' }, selinux_python_present: false };
  if (enforce === undefined) return { selinux: { status: 'disabled' }, selinux_python_present: true };
  const config = linesOf(raw, '/etc/selinux/config');
  return {
    selinux: {
      status: 'enabled',
      policyvers: Number(firstLine(raw, '/sys/fs/selinux/policyvers')),
      config_mode: assigned(config, 'SELINUX') ?? 'unknown',
      mode: enforce === '1' ? 'enforcing' : 'permissive',
      type: assigned(config, 'SELINUXTYPE') ?? 'unknown',
    },
    selinux_python_present: true,
  };
}

function capabilities(raw: Raw): Record<string, unknown> {
  const line = partLines(raw, 'caps').find((text) => text.startsWith('Current:'));
  if (line === undefined) return { system_capabilities: 'N/A', system_capabilities_enforced: 'N/A' };
  if (line.split(':')[1]!.trim() === '=ep')
    return { system_capabilities: [], system_capabilities_enforced: 'False' };
  const list = (line.split('=')[1] ?? '').split(',').map((name) => name.trim());
  return { system_capabilities: list, system_capabilities_enforced: 'True' };
}

// Whoever may not look at init's root goes by the root's inode number, as Ansible does.
function isChroot([first = '', inode = '']: string[]): boolean {
  if (first === 'yes' || first === 'no') return first === 'yes';
  const roots: Record<string, string> = { btrfs: '256', xfs: '128' };
  return inode !== (roots[first] ?? '2');
}

function loadAverage(raw: Raw): Record<string, unknown> {
  const [one, five, fifteen] = (firstLine(raw, '/proc/loadavg') ?? '').split(' ').map(Number);
  return { loadavg: { '1m': one, '5m': five, '15m': fifteen } };
}
