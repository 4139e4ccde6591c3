import type { Collector } from './collector.ts';
import { devices } from './devices.ts';
import { mounts } from './mounts.ts';
import { firstLine, linesOf, partLines, type Raw } from './raw.ts';

const DMI = '/sys/devices/virtual/dmi/id/';

// Fact: file of the kernel's DMI folder.
const DMI_FILES: Record<string, string> = {
  bios_date: 'bios_date',
  bios_vendor: 'bios_vendor',
  bios_version: 'bios_version',
  board_asset_tag: 'board_asset_tag',
  board_name: 'board_name',
  board_serial: 'board_serial',
  board_vendor: 'board_vendor',
  board_version: 'board_version',
  chassis_asset_tag: 'chassis_asset_tag',
  chassis_serial: 'chassis_serial',
  chassis_vendor: 'chassis_vendor',
  chassis_version: 'chassis_version',
  form_factor: 'chassis_type',
  product_name: 'product_name',
  product_serial: 'product_serial',
  product_uuid: 'product_uuid',
  product_version: 'product_version',
  system_vendor: 'sys_vendor',
};

// The chassis types of the DMI specification (DSP0134), from 0.
const FORM_FACTORS =
  'Unknown|Other|Unknown|Desktop|Low Profile Desktop|Pizza Box|Mini Tower|Tower|Portable|Laptop|Notebook|Hand Held|Docking Station|All In One|Sub Notebook|Space-saving|Lunch Box|Main Server Chassis|Expansion Chassis|Sub Chassis|Bus Expansion Chassis|Peripheral Chassis|RAID Chassis|Rack Mount Chassis|Sealed-case PC|Multi-system|CompactPCI|AdvancedTCA|Blade|Blade Enclosure|Tablet|Convertible|Detachable|IoT Gateway|Embedded PC|Mini PC|Stick PC'.split(
    '|',
  );

const BLOCK = '/sys/block/*';

/** Facts of processors, memory, disks and what is mounted. */
export const hardwareCollector: Collector = {
  name: 'hardware',
  ids: ['processor', 'processor_cores', 'processor_count', 'mounts', 'devices'],
  files: [
    '/proc/meminfo',
    '/proc/self/status',
    '/proc/uptime',
    '/proc/mounts',
    '/proc/self/mountinfo',
    `${DMI}*`,
    ...[
      'size',
      'removable',
      'device/vendor',
      'device/model',
      'device/serial',
      'device/sas_address',
      'device/sas_device_handle',
      'dm/name',
    ].map((file) => `${BLOCK}/${file}`),
    ...['rotational', 'scheduler', 'logical_block_size', 'discard_granularity', 'discard_max_hw_bytes'].map(
      (file) => `${BLOCK}/queue/${file}`,
    ),
    `${BLOCK}/*/start`,
    `${BLOCK}/*/size`,
  ],
  parts: ['cpu', 'mounts', 'links', 'lvm', 'uname'],
  facts: (raw) => ({
    ...processors(raw),
    ...memory(raw),
    ...dmi(raw),
    ...devices(raw),
    ...uptime(raw),
    lvm: lvm(raw),
    ...mounts(raw),
  }),
};

function uptime(raw: Raw): Record<string, unknown> {
  return { uptime_seconds: Math.floor(Number((firstLine(raw, '/proc/uptime') ?? '0').split(' ')[0])) };
}

function memory(raw: Raw): Record<string, unknown> {
  const pairs = linesOf(raw, '/proc/meminfo').map((line) => {
    const [key = '', value = ''] = line.split(':');
    return [key, Math.floor(Number.parseInt(value, 10) / 1024)] as const;
  });
  const of = Object.fromEntries(pairs);
  const [total = 0, free = 0, swap = 0, swapFree = 0] = [of.MemTotal, of.MemFree, of.SwapTotal, of.SwapFree];
  const withoutCache = (of.Cached ?? 0) + free + (of.Buffers ?? 0);
  return {
    memtotal_mb: total,
    memfree_mb: free,
    swaptotal_mb: swap,
    swapfree_mb: swapFree,
    memory_mb: {
      real: { total, used: total - free, free },
      nocache: { free: withoutCache, used: total - withoutCache },
      swap: { total: swap, free: swapFree, used: swap - swapFree, cached: of.SwapCached ?? 0 },
    },
  };
}

/** Counted as Ansible counts: sockets by `physical id`, cores and threads by the first socket and core that tell. */
function processors(raw: Raw): Record<string, unknown> {
  const processor: string[] = [];
  const sockets = new Map<string, number>();
  const siblings = new Map<string, number>();
  const seen: Record<string, number> = {};
  let [socket, core] = ['0', '0'];
  let flags: string[] = [];
  const lines = partLines(raw, 'cpu');
  for (const line of lines.filter((text) => text.includes(':'))) {
    const [key = '', value = ''] = [
      line.slice(0, line.indexOf(':')).trim(),
      line.slice(line.indexOf(':') + 1).trim(),
    ];
    seen[key] = (seen[key] ?? 0) + 1;
    if (key === 'flags') flags = value.split(/\s+/);
    else if (key === 'physical id') {
      socket = value;
      sockets.set(socket, sockets.get(socket) ?? 1);
    } else if (key === 'core id') core = value;
    else if (key === 'cpu cores') sockets.set(socket, Number(value));
    else if (key === 'siblings') siblings.set(core, Number(value));
    else if (['processor', 'Processor', 'model name', 'vendor_id', 'Vendor', 'cpu'].includes(key))
      processor.push(value);
  }
  const armLike = /^(arm|aarch|ppc)/.test(partLines(raw, 'uname')[0]?.split(' ').at(-1) ?? '');
  const counted = armLike ? (seen.processor ?? 0) : (seen.vendor_id ?? seen.processor ?? 0);
  const count = sockets.size || counted;
  const cores = [...sockets.values()][0] ?? 1;
  const threads = Math.round(([...siblings.values()][0] ?? 1) / cores);
  return {
    processor,
    processor_count: count,
    processor_cores: cores,
    processor_threads_per_core: threads,
    processor_vcpus: threads * count * cores,
    processor_nproc: usableProcessors(raw) ?? seen.processor ?? 0,
    ...(flags.length > 0 && { flags }),
  };
}

// A mask of hexadecimal digits with commas between: `f,ffffffff`.
function usableProcessors(raw: Raw): number | undefined {
  const mask = linesOf(raw, '/proc/self/status').find((line) => line.startsWith('Cpus_allowed:'));
  const bits = [...(mask ?? '').slice('Cpus_allowed:'.length)].map((digit) => [
    ...(Number.parseInt(digit, 16) || 0).toString(2),
  ]);
  return mask === undefined ? undefined : bits.flat().filter((bit) => bit === '1').length;
}

function dmi(raw: Raw): Record<string, unknown> {
  const facts = Object.entries(DMI_FILES).map(([fact, file]) => {
    const value = firstLine(raw, DMI + file) ?? 'NA';
    if (fact !== 'form_factor' || value === 'NA') return [fact, value];
    return [fact, FORM_FACTORS[Number(value)] ?? `unknown (${value})`];
  });
  return Object.fromEntries(facts);
}

function lvm(raw: Raw): unknown {
  const tables = { vgs: {}, lvs: {}, pvs: {} } as Record<string, Record<string, unknown>>;
  const lines = partLines(raw, 'lvm');
  if (lines.length === 0) return 'N/A';
  let table = '';
  for (const line of lines) {
    const items = line.trim().split(',');
    if (line.startsWith('=')) table = line.slice(1);
    else if (table === 'vgs')
      tables.vgs![items[0]!] = {
        size_g: items.at(-2),
        free_g: items.at(-1),
        num_lvs: items[2],
        num_pvs: items[1],
      };
    else if (table === 'lvs') tables.lvs![items[0]!] = { size_g: items[3], vg: items[1] };
    else if (table === 'pvs') tables.pvs![items[0]!] = { size_g: items[4], free_g: items[5], vg: items[1] };
  }
  return tables;
}
