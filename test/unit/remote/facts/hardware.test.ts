import { describe, expect, it } from 'vitest';
import { factsOf } from './rawFacts.ts';

const core = (processor: number, socket: number, core: number) =>
  `processor\t: ${processor}\nvendor_id\t: GenuineIntel\nmodel name\t: Xeon\nphysical id\t: ${socket}\nsiblings\t: 4\ncore id\t\t: ${core}\ncpu cores\t: 2\n`;

describe('hardware facts', () => {
  it('count sockets, cores and threads', () => {
    const cpu = `${[0, 1, 2, 3, 4, 5, 6, 7].map((i) => core(i, i % 2, i >> 2)).join('')}flags\t\t: fpu sse\n`;
    const facts = factsOf('hardware', {
      parts: { cpu, uname: 'Linux 6.1 #1 x86_64\n' },
      files: { '/proc/self/status': 'Cpus_allowed:\t00000000,0000003f\n' },
    });
    expect(facts).toMatchObject({
      processor_count: 2,
      processor_cores: 2,
      processor_threads_per_core: 2,
      processor_vcpus: 8,
      processor_nproc: 6,
      flags: ['fpu', 'sse'],
    });
    expect((facts.processor as string[]).slice(0, 3)).toEqual(['0', 'GenuineIntel', 'Xeon']);
  });

  it('count processors that do not say where they sit', () => {
    const cpu = 'processor\t: 0\nprocessor\t: 1\nprocessor\t: 2\n';
    expect(factsOf('hardware', { parts: { cpu, uname: 'Linux 6.1 #1 aarch64\n' } })).toMatchObject({
      processor_count: 3,
      processor_cores: 1,
      processor_vcpus: 3,
      processor_nproc: 3,
    });
  });

  it('tell memory in MiB', () => {
    const meminfo =
      'MemTotal:       24684396 kB\nMemFree:        21366192 kB\nBuffers:          120000 kB\nCached:          1350000 kB\nSwapCached:            0 kB\nSwapTotal:       1048576 kB\nSwapFree:         524288 kB\n';
    expect(
      factsOf('hardware', { files: { '/proc/meminfo': meminfo, '/proc/uptime': '4380.52 8000.10\n' } }),
    ).toMatchObject({
      memtotal_mb: 24105,
      memfree_mb: 20865,
      swaptotal_mb: 1024,
      memory_mb: {
        real: { total: 24105, used: 3240, free: 20865 },
        nocache: { free: 22300, used: 1805 },
        swap: { total: 1024, free: 512, used: 512, cached: 0 },
      },
      uptime_seconds: 4380,
    });
  });

  it('show what is mounted from disks, with sizes and the last that was mounted over a path', () => {
    const proc =
      'proc /proc proc rw 0 0\n/dev/sda1 / ext4 rw,relatime 0 1\n/dev/mapper/vg-a\\040b /srv/a\\040b xfs rw 0 0\n/dev/sda1 /mnt ext4 ro 0 0\n/dev/sda1 /mnt ext4 rw 0 0\nnas:/x /nas nfs4 rw 0 0\n';
    const info = '25 30 8:1 / / rw - ext4 /dev/sda1 rw\n26 25 8:1 /home /mnt rw - ext4 /dev/sda1 rw\n';
    const facts = factsOf('hardware', {
      files: { '/proc/mounts': proc, '/proc/self/mountinfo': info },
      parts: {
        mounts:
          '4096 4096 1000 400 500 300 /\n4096 4096 2000 100 50 30 /srv/a b\n4096 4096 1000 400 500 300 /mnt\n',
        links:
          '/dev/disk/by-uuid/1234-ab\t../../sda1\n/dev/disk/by-uuid/77\t../../dm-0\n/dev/mapper/vg-a b\t../dm-0\n',
      },
    });
    expect(facts.mounts).toEqual([
      {
        mount: '/',
        device: '/dev/sda1',
        fstype: 'ext4',
        options: 'rw,relatime',
        dump: 0,
        passno: 1,
        size_total: 4096000,
        size_available: 1638400,
        block_size: 4096,
        block_total: 1000,
        block_available: 400,
        block_used: 600,
        inode_total: 500,
        inode_available: 300,
        inode_used: 200,
        uuid: '1234-ab',
      },
      expect.objectContaining({
        mount: '/srv/a b',
        device: '/dev/mapper/vg-a b',
        uuid: '77',
        size_total: 8192000,
      }),
      expect.objectContaining({ mount: '/mnt', options: 'rw,bind' }),
      expect.objectContaining({
        mount: '/nas',
        device: 'nas:/x',
        note: 'Could not get extra information',
        uuid: 'N/A',
      }),
    ]);
  });

  it('show disks with their partitions', () => {
    const B = '/sys/block/sda';
    const facts = factsOf('hardware', {
      files: {
        [`${B}/size`]: '41943040\n',
        [`${B}/removable`]: '0\n',
        [`${B}/device/model`]: 'QEMU HARDDISK   \n',
        [`${B}/queue/rotational`]: '1\n',
        [`${B}/queue/scheduler`]: 'none [mq-deadline] bfq\n',
        [`${B}/queue/logical_block_size`]: '4096\n',
        [`${B}/queue/discard_max_hw_bytes`]: '0\n',
        [`${B}/queue/discard_granularity`]: '512\n',
        [`${B}/sda1/start`]: '2048\n',
        [`${B}/sda1/size`]: '204800\n',
        '/sys/block/dm-0/size': '0\n',
        '/sys/block/dm-0/dm/name': 'vg-root\n',
      },
      parts: {
        links:
          '/dev/disk/by-id/wwn-0x5000\t../../sda\n/dev/disk/by-uuid/1234-ab\t../../sda1\n/sys/block/dm-0/slaves/sda1\t../../sda1\n/sys/block/sda/sda1/holders/dm-0\t../../dm-0\n',
      },
    });
    expect(facts.device_links).toEqual({
      ids: { sda: ['wwn-0x5000'] },
      uuids: { sda1: ['1234-ab'] },
      labels: {},
      masters: { sda1: ['dm-0'] },
    });
    expect((facts.devices as Record<string, unknown>).sda).toEqual({
      virtual: 1,
      links: { ids: ['wwn-0x5000'], uuids: [], labels: [], masters: [] },
      vendor: null,
      model: 'QEMU HARDDISK',
      sas_address: null,
      sas_device_handle: null,
      removable: '0',
      support_discard: '0',
      wwn: '0x5000',
      partitions: {
        sda1: {
          links: { ids: [], uuids: ['1234-ab'], labels: [], masters: ['dm-0'] },
          start: '2048',
          sectors: 204800,
          sectorsize: 512,
          size: '100.00 MB',
          uuid: '1234-ab',
          holders: ['vg-root'],
        },
      },
      rotational: '1',
      scheduler_mode: 'mq-deadline',
      sectors: 5242880,
      sectorsize: '4096',
      size: '20.00 GB',
      host: '',
      holders: [],
    });
  });

  it('name the machine, and say NA for what it does not tell', () => {
    const files = {
      '/sys/devices/virtual/dmi/id/chassis_type': '23\n',
      '/sys/devices/virtual/dmi/id/product_name': 'R640\n',
    };
    expect(factsOf('hardware', { files })).toMatchObject({
      form_factor: 'Rack Mount Chassis',
      product_name: 'R640',
      bios_date: 'NA',
      lvm: 'N/A',
    });
  });

  it('list volumes', () => {
    const lvm =
      '=vgs\n  vg0,1,2,0,wz--n-,20.00,4.00\n=lvs\n  root,vg0,-wi-ao----,16.00,,,,,,,,\n=pvs\n  /dev/sda2,vg0,lvm2,a--,20.00,4.00\n';
    expect(factsOf('hardware', { parts: { lvm } }).lvm).toEqual({
      vgs: { vg0: { size_g: '20.00', free_g: '4.00', num_lvs: '2', num_pvs: '1' } },
      lvs: { root: { size_g: '16.00', vg: 'vg0' } },
      pvs: { '/dev/sda2': { size_g: '20.00', free_g: '4.00', vg: 'vg0' } },
    });
  });
});

describe('virtualization facts', () => {
  const D = '/sys/devices/virtual/dmi/id';
  it.each([
    [
      'a container of systemd',
      {
        '/proc/1/environ': 'TERM=linux\0container=systemd-nspawn\0x=1',
        '/run/systemd/container': 'systemd-nspawn\n',
      },
      [],
      'container',
      'guest',
      ['container', 'systemd-nspawn'],
    ],
    [
      'docker',
      { '/proc/1/cgroup': '12:pids:/docker/0123\n' },
      ['/.dockerenv'],
      'docker',
      'guest',
      ['container', 'docker'],
    ],
    [
      'a KVM guest',
      { [`${D}/sys_vendor`]: 'QEMU\n', '/proc/modules': 'virtio 16384 0\n' },
      [],
      'kvm',
      'guest',
      ['kvm'],
    ],
    ['VMware', { [`${D}/product_name`]: 'VMware7,1\n' }, [], 'VMware', 'guest', ['VMware']],
    ['a Xen host', { '/proc/xen/capabilities': 'control_d\n' }, ['/proc/xen'], 'xen', 'host', []],
    ['bare metal', {}, [], 'NA', 'NA', []],
    [
      'bare metal with guests',
      { '/proc/modules': 'kvm_intel 1 0\nkvm 1 1\n' },
      ['/dev/kvm'],
      'kvm',
      'host',
      [],
    ],
  ])('of %s', (_, files, exist, type, role, guests) => {
    expect(factsOf('virtual', { files: files as Record<string, string>, exist })).toMatchObject({
      virtualization_type: type,
      virtualization_role: role,
      virtualization_tech_guest: guests,
    });
  });
});
