import { describe, expect, it } from 'vitest';
import { factsOf } from './rawFacts.ts';

const DEBIAN =
  'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n';
const UBUNTU =
  'PRETTY_NAME="Ubuntu 24.04.2 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\n';
const SID =
  'PRETTY_NAME="Debian GNU/Linux forky/sid"\nNAME="Debian GNU/Linux"\nVERSION_CODENAME=forky\nID=debian\n';
const OTHER =
  'NAME="Linspire OS"\nID=linspire\nID_LIKE="ubuntu debian"\nVERSION_ID=9.1\nVERSION_CODENAME=x\n';

describe('distribution facts', () => {
  it.each([
    [
      'a point release of Debian',
      DEBIAN,
      '12.15',
      {
        distribution: 'Debian',
        distribution_version: '12.15',
        distribution_major_version: '12',
        distribution_minor_version: '15',
        distribution_release: 'bookworm',
        os_family: 'Debian',
      },
    ],
    [
      'Ubuntu',
      UBUNTU,
      'trixie/sid',
      {
        distribution: 'Ubuntu',
        distribution_version: '24.04',
        distribution_major_version: '24',
        distribution_release: 'noble',
        os_family: 'Debian',
        distribution_file_variety: 'Debian',
      },
    ],
    [
      'Debian without a number',
      SID,
      'forky/sid',
      { distribution: 'Debian', distribution_version: 'n/a', distribution_release: 'forky' },
    ],
    [
      'a child that nobody knows',
      OTHER,
      '12.1',
      { distribution: 'Linspire', distribution_version: '9.1', os_family: 'Debian' },
    ],
  ])('of %s', (_, release, point, expected) => {
    const facts = factsOf('distribution', {
      files: { '/etc/os-release': release, '/etc/debian_version': `${point}\n` },
    });
    expect(facts).toMatchObject(expected);
    expect('distribution_minor_version' in facts).toBe('distribution_minor_version' in expected);
  });

  it('of lsb_release, before its file', () => {
    const lsb =
      'Distributor ID:\tDebian\nDescription:\tDebian GNU/Linux 12 (bookworm)\nRelease:\t12\nCodename:\tbookworm\n';
    const files = { '/etc/lsb-release': 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=24.04\n' };
    expect(factsOf('lsb', { parts: { lsb: `/usr/bin/lsb_release\n${lsb}` }, files }).lsb).toEqual({
      id: 'Debian',
      description: 'Debian GNU/Linux 12 (bookworm)',
      release: '12',
      codename: 'bookworm',
      major_release: '12',
    });
    expect(factsOf('lsb', { files }).lsb).toEqual({ id: 'Ubuntu', release: '24.04', major_release: '24' });
    expect(factsOf('lsb', {}).lsb).toEqual({});
  });
});

describe('platform facts', () => {
  const files = {
    '/proc/sys/kernel/hostname': 'host1\n',
    '/etc/hosts': '127.0.0.1 localhost\n10.0.0.5\thost1.example.org host1 # me\n',
    '/etc/machine-id': 'a81460c1\n',
  };
  const parts = {
    uname: 'Linux 6.1.0-40-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.153-1 x86_64\n',
    python: '/usr/bin/python3\nPython 3.11.2\n',
  };

  it('name the host and its kernel', () => {
    expect(factsOf('platform', { files, parts, exist: ['/lib64/ld-linux-x86-64.so.2'] })).toEqual({
      system: 'Linux',
      kernel: '6.1.0-40-amd64',
      kernel_version: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.153-1',
      machine: 'x86_64',
      python_version: '3.11.2',
      fqdn: 'host1.example.org',
      hostname: 'host1',
      nodename: 'host1',
      domain: 'example.org',
      userspace_bits: '64',
      architecture: 'x86_64',
      userspace_architecture: 'x86_64',
      machine_id: 'a81460c1',
    });
  });

  it('ask the name service where /etc/hosts does not know the host', () => {
    const facts = factsOf('platform', {
      files: { '/proc/sys/kernel/hostname': 'web7\n' },
      parts: { ...parts, hosts: '10.0.0.7  web7.example.net web7\n' },
    });
    expect(facts).toMatchObject({ fqdn: 'web7.example.net', domain: 'example.net' });
    expect(factsOf('platform', { files: { '/proc/sys/kernel/hostname': 'alone\n' }, parts })).toMatchObject({
      fqdn: 'alone',
      domain: '',
    });
  });
});

describe('other facts of the system', () => {
  it('tell the interpreter of the host', () => {
    expect(factsOf('python', { parts: { python: '/usr/bin/python3\nPython 3.13.0rc2\n' } }).python).toEqual({
      version: { major: 3, minor: 13, micro: 0, releaselevel: 'candidate', serial: 2 },
      version_info: [3, 13, 0, 'candidate', 2],
      executable: '/usr/bin/python3',
      has_sslcontext: true,
      type: 'cpython',
    });
    expect(factsOf('python', { parts: { python: '' } })).toEqual({});
  });

  it('take the kernel command line apart', () => {
    const files = {
      '/proc/cmdline': 'BOOT_IMAGE=/vmlinuz root=UUID=1 ro console=tty0 console=ttyS0 dyndbg="file a.c +p"\n',
    };
    expect(factsOf('cmdline', { files })).toEqual({
      cmdline: {
        BOOT_IMAGE: '/vmlinuz',
        root: 'UUID=1',
        ro: true,
        console: 'ttyS0',
        dyndbg: '"file a.c +p"',
      },
      proc_cmdline: {
        BOOT_IMAGE: '/vmlinuz',
        root: 'UUID=1',
        ro: true,
        console: ['tty0', 'ttyS0'],
        dyndbg: '"file a.c +p"',
      },
    });
  });

  it.each([
    ['systemd', [], 'systemd'],
    ['init', ['/run/systemd/system'], 'systemd'],
    ['bash', [], 'sysvinit'],
    ['runit-init', [], 'runit'],
  ])('know by init %s and %j who starts services: %s', (comm, exist, expected) => {
    expect(factsOf('service_mgr', { files: { '/proc/1/comm': `${comm}\n` }, exist })).toEqual({
      service_mgr: expected,
    });
  });

  it('name the package manager', () => {
    expect(factsOf('pkg_mgr', { parts: { programs: '/usr/bin/apt-get\n/usr/bin/systemctl\n' } })).toEqual({
      pkg_mgr: 'apt',
    });
    expect(factsOf('pkg_mgr', { parts: { programs: '/usr/bin/systemctl\n' } })).toEqual({
      pkg_mgr: 'unknown',
    });
  });

  it.each([
    ['no\n', false],
    ['yes\n', true],
    ['ext2/ext3\n2\n', false],
    ['ext2/ext3\n4711\n', true],
    ['btrfs\n256\n', false],
  ])('tell a changed root from %j', (chroot, expected) => {
    expect(factsOf('chroot', { parts: { chroot } })).toEqual({ is_chroot: expected });
  });

  it('tell capabilities as capsh prints them', () => {
    expect(factsOf('caps', { parts: { caps: 'Current: =ep\nBounding set =\n' } })).toEqual({
      system_capabilities: [],
      system_capabilities_enforced: 'False',
    });
    expect(factsOf('caps', { parts: { caps: 'Current: =ep cap_ipc_lock,cap_sys_module-ep\n' } })).toEqual({
      system_capabilities: ['ep cap_ipc_lock', 'cap_sys_module-ep'],
      system_capabilities_enforced: 'True',
    });
    expect(factsOf('caps', {})).toEqual({ system_capabilities: 'N/A', system_capabilities_enforced: 'N/A' });
  });
});
