import type { Collector } from './collector.ts';
import { firstLine, linesOf, type Raw } from './raw.ts';

const DMI = '/sys/devices/virtual/dmi/id/';

/** Whether the host is a virtual machine or a container, and of which kind, by the marks that Ansible goes by. */
export const virtualCollector: Collector = {
  name: 'virtual',
  ids: [
    'virtualization_type',
    'virtualization_role',
    'virtualization_tech_guest',
    'virtualization_tech_host',
  ],
  files: [
    '/proc/1/cgroup',
    '/proc/1/environ',
    '/run/systemd/container',
    '/proc/xen/capabilities',
    '/proc/modules',
    '/proc/self/status',
    ...['product_name', 'sys_vendor', 'product_family', 'bios_vendor'].map((file) => DMI + file),
  ],
  exist: ['/proc/vz', '/proc/lve', '/proc/bc', '/.dockerenv', '/.dockerinit', '/proc/xen', '/dev/kvm'],
  parts: ['cpu'],
  facts: virtualization,
};

type Finding = [kind: string, role: 'guest' | 'host'];

function virtualization(raw: Raw): Record<string, unknown> {
  const found = [...containers(raw), ...machines(raw), ...hosts(raw)];
  const guests = new Set(found.filter(([, role]) => role === 'guest').map(([kind]) => kind));
  if (
    firstLine(raw, '/run/systemd/container') ||
    ['docker', 'lxc', 'podman', 'openvz', 'containerd'].some((kind) => guests.has(kind))
  ) {
    guests.add('container');
  }
  const [type, role] = found[0] ?? ['NA', 'NA'];
  return {
    virtualization_type: type,
    virtualization_role: role,
    virtualization_tech_guest: [...guests].sort(),
    virtualization_tech_host: [
      ...new Set(found.filter(([, as]) => as === 'host').map(([kind]) => kind)),
    ].sort(),
  };
}

function containers(raw: Raw): Finding[] {
  const groups = linesOf(raw, '/proc/1/cgroup').join('\n');
  const environment = linesOf(raw, '/proc/1/environ').join('\n').split('\0');
  const container = environment.find((pair) => pair.startsWith('container='))?.slice('container='.length);
  const told = firstLine(raw, '/run/systemd/container');
  const vz = raw.exist.has('/proc/vz') && !raw.exist.has('/proc/lve');
  return [
    ...when(/\/docker(\/|-[0-9a-f]+\.scope)/.test(groups), 'docker', 'guest'),
    ...when(/\/lxc\/|\/machine\.slice\/machine-lxc/.test(groups), 'lxc', 'guest'),
    ...when(groups.includes('/system.slice/containerd.service'), 'containerd', 'guest'),
    ...when(container?.startsWith('lxc'), 'lxc', 'guest'),
    ...when(container?.startsWith('podman'), 'podman', 'guest'),
    ...when(container, 'container', 'guest'),
    ...when(vz, 'openvz', raw.exist.has('/proc/bc') ? 'host' : 'guest'),
    ...when(told, told!, 'guest'),
    ...when(raw.exist.has('/.dockerenv') || raw.exist.has('/.dockerinit'), 'docker', 'guest'),
  ];
}

function machines(raw: Raw): Finding[] {
  const [product = '', vendor = '', family, bios = ''] = [
    'product_name',
    'sys_vendor',
    'product_family',
    'bios_vendor',
  ].map((file) => firstLine(raw, DMI + file));
  const xenHost = linesOf(raw, '/proc/xen/capabilities').some((line) => line.includes('control_d'));
  const kvmProducts = ['KVM', 'KVM Server', 'Bochs', 'AHV', 'CloudStack KVM Hypervisor'];
  const kvmBios = ['Amazon EC2', 'DigitalOcean', 'Hetzner', 'Linode'];
  const kvmVendors = ['QEMU', 'Amazon EC2', 'DigitalOcean', 'Google', 'Scaleway', 'Nutanix'];
  const vendors: Record<string, string> = {
    KubeVirt: 'KubeVirt',
    'Microsoft Corporation': 'VirtualPC',
    'Parallels Software International Inc.': 'parallels',
    'OpenStack Foundation': 'openstack',
  };
  const byVendor = vendors[vendor];
  return [
    ...when(raw.exist.has('/proc/xen'), 'xen', xenHost ? 'host' : 'guest'),
    ...when(kvmProducts.includes(product), 'kvm', 'guest'),
    ...when(vendor === 'oVirt', 'oVirt', 'guest'),
    ...when(vendor === 'Red Hat' && family === 'RHV', 'RHV', 'guest'),
    ...when(vendor === 'Red Hat' && product === 'RHEV Hypervisor', 'RHEV', 'guest'),
    ...when(product.startsWith('VMware'), 'VMware', 'guest'),
    ...when(product === 'OpenStack Compute' || product === 'OpenStack Nova', 'openstack', 'guest'),
    ...when(bios === 'Xen', 'xen', 'guest'),
    ...when(bios === 'innotek GmbH', 'virtualbox', 'guest'),
    ...when(kvmBios.includes(bios) || kvmVendors.includes(vendor), 'kvm', 'guest'),
    ...when(byVendor, byVendor!, 'guest'),
    ...when(/^model name[ \t]*:.*QEMU Virtual CPU/m.test(raw.parts.get('cpu') ?? ''), 'kvm', 'guest'),
  ];
}

function hosts(raw: Raw): Finding[] {
  const modules = new Set(linesOf(raw, '/proc/modules').map((line) => line.split(' ')[0]));
  return [
    ...when(modules.has('kvm'), 'kvm', 'host'),
    ...when(modules.has('vboxdrv'), 'virtualbox', 'host'),
    ...when(modules.has('virtio'), 'kvm', 'guest'),
    ...when(raw.exist.has('/dev/kvm'), 'kvm', 'host'),
  ];
}

function when(condition: unknown, kind: string, role: 'guest' | 'host'): Finding[] {
  return condition ? [[kind, role]] : [];
}
