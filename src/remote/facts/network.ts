import type { Collector } from './collector.ts';
import { firstLine, linesOf, partLines, type Raw } from './raw.ts';

const NET = '/sys/class/net/*';

/** Facts of interfaces and addresses: what `ip` says, and what only sysfs tells. */
export const networkCollectors: Collector[] = [
  {
    name: 'network',
    ids: ['interfaces', 'default_ipv4', 'default_ipv6', 'all_ipv4_addresses', 'all_ipv6_addresses'],
    files: [
      ...[
        'speed',
        'bridge/bridge_id',
        'bridge/stp_state',
        'bonding/slaves',
        'bonding/mode',
        'bonding/miimon',
        'bonding/lacp_rate',
        'bonding/primary',
      ].map((file) => `${NET}/${file}`),
    ],
    parts: ['network', 'links'],
    facts: network,
  },
  {
    name: 'iscsi',
    files: ['/etc/iscsi/initiatorname.iscsi'],
    facts: (raw) => ({
      iscsi_iqn:
        linesOf(raw, '/etc/iscsi/initiatorname.iscsi')
          .find((line) => line.startsWith('InitiatorName='))
          ?.split('=', 2)[1] ?? '',
    }),
  },
  {
    name: 'nvme',
    files: ['/etc/nvme/hostnqn'],
    facts: (raw) => ({
      hostnqn:
        linesOf(raw, '/etc/nvme/hostnqn')
          .find((line) => line.startsWith('nqn.'))
          ?.trim() ?? '',
    }),
  },
  {
    name: 'fibre_channel_wwn',
    files: ['/sys/class/fc_host/*/port_name'],
    facts: (raw) => ({
      fibre_channel_wwn: [...raw.files].flatMap(([path, [line = '']]) =>
        path.startsWith('/sys/class/fc_host/') ? [line.replace(/^0x/, '')] : [],
      ),
    }),
  },
];

type Interface = Record<string, unknown> & { ipv4_secondaries?: object[]; ipv6?: object[] };

interface Address {
  address: string;
  broadcast: string;
  netmask: string;
  network: string;
  prefix: string;
}

function network(raw: Raw): Record<string, unknown> {
  const lines = partLines(raw, 'network');
  if (lines.length === 0) return {};
  const interfaces: Record<string, Interface> = {};
  const all = { ipv4: [] as string[], ipv6: [] as string[] };
  const [default4, default6] = [route(lines, '8.8.8.8'), route(lines, '2404:6800:400a:800::1012')];
  for (const line of lines) {
    const match = /^\d+: (\S+?)(?:@\S+)?:? +(\S.*)$/.exec(line);
    if (!match) continue;
    const [device, rest] = [match[1]!, match[2]!];
    if (rest.startsWith('<')) interfaces[device] = link(device, rest, lines, raw);
    else if (rest.startsWith('inet ')) takeIpv4(device, rest, interfaces, default4, all.ipv4);
    else if (rest.startsWith('inet6 ')) takeIpv6(device, rest, interfaces, default6, all.ipv6);
  }
  // A colon in a name could not be written in a template.
  const named = Object.entries(interfaces).map(
    ([name, value]) => [name.replaceAll(':', '_'), value] as const,
  );
  return {
    interfaces: named.map(([name]) => name),
    ...Object.fromEntries(named.map(([name, value]) => [name.replaceAll('-', '_'), value])),
    default_ipv4: default4,
    default_ipv6: default6,
    all_ipv4_addresses: all.ipv4,
    all_ipv6_addresses: all.ipv6,
    locally_reachable_ips: locallyReachable(lines),
  };
}

const TYPES: Record<string, string> = {
  ether: 'ether',
  infiniband: 'infiniband',
  ppp: 'ppp',
  loopback: 'loopback',
  none: 'tunnel',
};

/** `<UP,LOWER_UP> mtu 1400 ... state UP ... link/ether 02:00:... brd ...` */
function link(device: string, text: string, lines: string[], raw: Raw): Interface {
  const read = (file: string) => firstLine(raw, `/sys/class/net/${device}/${file}`);
  const mac = / link\/\S+ ([0-9a-f:]{17})/.exec(text)?.[1];
  const speed = read('speed');
  const [pci, module] = ['device', 'device/driver/module'].map((file) =>
    linkedName(`/sys/class/net/${device}/${file}`, raw),
  );
  return {
    device,
    ...(mac && mac !== '00:00:00:00:00:00' && { macaddress: mac }),
    mtu: Number(/ mtu (\d+)/.exec(text)?.[1]),
    active: !/ state (DOWN|LOWERLAYERDOWN)/.test(text),
    ...(module && { module }),
    type: TYPES[/ link\/(\S+)/.exec(text)?.[1] ?? ''] ?? 'unknown',
    ...bridge(device, lines, read),
    ...bonding(read),
    ...(pci && { pciid: pci }),
    ...(speed !== undefined && { speed: Number(speed) }),
    promisc: /[<,]PROMISC[,>]/.test(text),
  };
}

type ReadFile = (file: string) => string | undefined;

function bridge(device: string, lines: string[], read: ReadFile): Interface {
  const id = read('bridge/bridge_id');
  if (id === undefined) return {};
  const members = lines.flatMap((line) =>
    new RegExp(` master ${device} `).test(line) ? [/^\d+: ([^:@]+)/.exec(line)![1]!] : [],
  );
  return { type: 'bridge', interfaces: members, id, stp: read('bridge/stp_state') === '1' };
}

function bonding(read: ReadFile): Interface {
  const mode = read('bonding/mode');
  if (mode === undefined) return {};
  const primary = read('bonding/primary');
  return {
    type: 'bonding',
    slaves: (read('bonding/slaves') ?? '').split(' ').filter(Boolean),
    mode: mode.split(' ')[0],
    miimon: read('bonding/miimon'),
    lacp_rate: read('bonding/lacp_rate')?.split(' ')[0],
    ...(primary && { primary }),
  };
}

function takeIpv4(
  device: string,
  text: string,
  interfaces: Record<string, Interface>,
  main: Record<string, unknown>,
  all: string[],
): void {
  const words = text.split('\\')[0]!.trim().split(/\s+/);
  const label = words.at(-1)!;
  const address = ipv4(words);
  interfaces[label] ??= {};
  const target = interfaces[label];
  const secondary = words.includes('secondary');
  if (!secondary && target.ipv4 === undefined) target.ipv4 = address;
  else target.ipv4_secondaries = [...(target.ipv4_secondaries ?? []), address];
  if (secondary && label !== device) {
    const parent = interfaces[device]!;
    parent.ipv4_secondaries = [...(parent.ipv4_secondaries ?? []), address];
  }
  if (main.address === address.address) {
    const { address: _, ...rest } = address;
    const { macaddress, mtu, type } = interfaces[device] ?? {};
    Object.assign(main, rest, { macaddress, mtu, type: type ?? 'unknown', alias: label });
  }
  if (!address.address.startsWith('127.')) all.push(address.address);
}

function ipv4(words: string[]): Address {
  const [address = '', prefix = '32'] = words[1]!.split('/');
  const broadcast = words[2] === 'brd' ? words[3]! : '';
  const bits = Number(prefix) === 0 ? 0 : (0xffffffff << (32 - Number(prefix))) >>> 0;
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return { address, broadcast, netmask: dotted(bits), network: dotted((number & bits) >>> 0), prefix };
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

function takeIpv6(
  device: string,
  text: string,
  interfaces: Record<string, Interface>,
  main: Record<string, unknown>,
  all: string[],
): void {
  const words = text.split(/\s+/);
  const peer = words[2] === 'peer';
  const [address = '', prefix] = peer ? [words[1], words[3]!.split('/')[1]] : words[1]!.split('/');
  const scope = words[words.indexOf('scope') + 1];
  interfaces[device] ??= {};
  const target = interfaces[device];
  target.ipv6 = [...(target.ipv6 ?? []), { address, prefix, scope }];
  if (main.address === address) {
    const { macaddress, mtu, type } = target;
    Object.assign(main, { prefix, scope, macaddress, mtu, type: type ?? 'unknown' });
  }
  if (address !== '::1') all.push(address);
}

/** `8.8.8.8 via 10.0.0.1 dev eth0 src 10.0.0.5 uid 0` */
function route(lines: string[], to: string): Record<string, unknown> {
  const line = lines.find((text) => text.startsWith(`${to} `)) ?? '';
  const words = line.replace(/\\.*/, '').split(/\s+/);
  const after = (word: string) => (words.includes(word) ? words[words.indexOf(word) + 1] : undefined);
  const [via, device, source] = [after('via'), after('dev'), after('src')];
  return {
    ...(via && { gateway: via }),
    ...(device && { interface: device }),
    ...(source && { address: source }),
  };
}

function locallyReachable(lines: string[]): Record<string, string[]> {
  const addresses = lines.flatMap((line) => (line.startsWith('local ') ? [line.split(/\s+/)[1]!] : []));
  const unique = [...new Set(addresses)];
  return {
    ipv4: unique.filter((one) => !one.includes(':')),
    ipv6: unique.filter((one) => one.includes(':')),
  };
}

function linkedName(path: string, raw: Raw): string | undefined {
  const line = partLines(raw, 'links').find((text) => text.startsWith(`${path}\t`));
  return line?.slice(line.lastIndexOf('/') + 1);
}
