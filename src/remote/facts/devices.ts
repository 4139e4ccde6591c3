import { firstLine, namesUnder, partLines, type Raw } from './raw.ts';

/** Names below /dev/disk and /dev/mapper by the device that they lead to: { sda1: ['root'] }. */
export interface DeviceLinks {
  ids: Record<string, string[]>;
  uuids: Record<string, string[]>;
  labels: Record<string, string[]>;
  /** Devices that are made of a device. */
  masters: Record<string, string[]>;
  mapped: Record<string, string[]>;
}

const BLOCK = '/sys/block/';

/** Block devices with their partitions, and what leads to them. */
export function devices(raw: Raw): Record<string, unknown> {
  const links = linkTargets(raw);
  const names = namesUnder(raw, BLOCK, '/size');
  const { mapped: _, ...deviceLinks } = links;
  return {
    devices: Object.fromEntries(names.map((name) => [name, device(name, links, raw)])),
    device_links: deviceLinks,
  };
}

export function linkTargets(raw: Raw): DeviceLinks {
  const found: DeviceLinks = { ids: {}, uuids: {}, labels: {}, masters: {}, mapped: {} };
  const kinds: Record<string, keyof DeviceLinks> = {
    '/dev/disk/by-id': 'ids',
    '/dev/disk/by-uuid': 'uuids',
    '/dev/disk/by-label': 'labels',
    '/dev/mapper': 'mapped',
  };
  for (const [path, target] of links(raw)) {
    const kind = kinds[path.slice(0, path.lastIndexOf('/'))];
    const slave = /^\/sys\/block\/([^/]+)\/slaves\/([^/]+)$/.exec(path);
    if (kind) add(found[kind], lastName(target), lastName(path));
    if (slave) add(found.masters, slave[2]!, slave[1]!);
  }
  return found;
}

function device(name: string, links: DeviceLinks, raw: Raw): Record<string, unknown> {
  const read = (file: string) => firstLine(raw, `${BLOCK}${name}/${file}`);
  const sectorSize = read('queue/logical_block_size') ?? '512';
  const serial = read('device/serial');
  const wwn = links.ids[name]?.find((id) => id.startsWith('wwn-'));
  const partitions = namesUnder(raw, `${BLOCK}${name}/`, '/start');
  return {
    virtual: 1,
    links: linksOf(name, links),
    vendor: read('device/vendor') ?? null,
    model: read('device/model') ?? null,
    sas_address: read('device/sas_address') ?? null,
    sas_device_handle: read('device/sas_device_handle') ?? null,
    ...(serial !== undefined && { serial }),
    removable: read('removable') ?? null,
    support_discard:
      read('queue/discard_max_hw_bytes') === '0' ? '0' : (read('queue/discard_granularity') ?? null),
    ...(wwn && { wwn: wwn.slice('wwn-'.length) }),
    partitions: Object.fromEntries(partitions.map((part) => [part, partition(name, part, links, raw)])),
    rotational: read('queue/rotational') ?? null,
    scheduler_mode: /\[(.*)\]/.exec(read('queue/scheduler') ?? '')?.[1] ?? '',
    ...sizes(Number(read('size') ?? 0), sectorSize),
    host: '',
    holders: holders(`${BLOCK}${name}`, raw),
  };
}

function partition(disk: string, name: string, links: DeviceLinks, raw: Raw): Record<string, unknown> {
  const folder = `${BLOCK}${disk}/${name}`;
  const size = Number(firstLine(raw, `${folder}/size`) ?? 0);
  return {
    links: linksOf(name, links),
    start: firstLine(raw, `${folder}/start`) ?? 0,
    ...sizes(size, 512),
    uuid: links.uuids[name]?.[0] ?? null,
    holders: holders(folder, raw),
  };
}

/** `blocks` of 512 bytes, as the kernel counts whatever the disk's own sectors are. */
function sizes(blocks: number, sectorSize: string | number): Record<string, unknown> {
  const sectors = Math.floor((blocks * 512) / Number(sectorSize));
  return { sectors, sectorsize: sectorSize, size: human(sectors * Number(sectorSize)) };
}

function human(bytes: number): string {
  const units = ['Bytes', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(2)} ${units[power]}`;
}

function linksOf(name: string, { ids, uuids, labels, masters }: DeviceLinks): Record<string, string[]> {
  return {
    ids: ids[name] ?? [],
    uuids: uuids[name] ?? [],
    labels: labels[name] ?? [],
    masters: masters[name] ?? [],
  };
}

function holders(folder: string, raw: Raw): string[] {
  return links(raw).flatMap(([path]) => {
    const name = path.startsWith(`${folder}/holders/`) ? lastName(path) : '';
    return name.startsWith('dm-') ? [firstLine(raw, `${BLOCK}${name}/dm/name`) ?? name] : [];
  });
}

function links(raw: Raw): [string, string][] {
  return partLines(raw, 'links').map((line) => line.split('\t') as [string, string]);
}

function add(to: Record<string, string[]>, key: string, value: string): void {
  to[key] = [...(to[key] ?? []), value].sort();
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
