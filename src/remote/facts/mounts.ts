import { type DeviceLinks, linkTargets } from './devices.ts';
import { linesOf, partLines, type Raw } from './raw.ts';

/** What is mounted from disks and from other hosts, with sizes in bytes, blocks and inodes. */
export function mounts(raw: Raw): Record<string, unknown> {
  const sizes = new Map(partLines(raw, 'mounts').map(sizeLine));
  const bound = new Set(linesOf(raw, '/proc/self/mountinfo').flatMap(boundPath));
  const uuids = uuidsByDevice(linkTargets(raw));
  const list = linesOf(raw, '/proc/mounts').flatMap((line) => {
    const [device = '', mount = '', fstype = '', options = '', dump, passno] = line.split(' ').map(unescaped);
    if (!(device.startsWith('/') || device.includes(':/')) || fstype === 'none') return [];
    return [
      {
        mount,
        device,
        fstype,
        options: bound.has(mount) ? `${options},bind` : options,
        dump: Number(dump),
        passno: Number(passno),
        ...(sizes.get(mount) ?? { note: 'Could not get extra information' }),
        uuid: uuids.get(device) ?? 'N/A',
      },
    ];
  });
  // What is mounted over another thing hides it.
  return { mounts: [...new Map(list.map((one) => [one.mount, one])).values()] };
}

// Block size, fragment size, blocks, blocks available, inodes, inodes free, path.
function sizeLine(line: string): [string, Record<string, number>] {
  const words = line.split(' ');
  const [block = 0, fragment = 0, total = 0, available = 0, inodes = 0, inodesFree = 0] = words
    .slice(0, 6)
    .map(Number);
  const sizes = {
    size_total: fragment * total,
    size_available: fragment * available,
    block_size: block,
    block_total: total,
    block_available: available,
    block_used: total - available,
    inode_total: inodes,
    inode_available: inodesFree,
    inode_used: inodes - inodesFree,
  };
  return [words.slice(6).join(' '), sizes];
}

// Whose root within its file system is not the file system's own.
function boundPath(line: string): string[] {
  const [, , , root, path = ''] = line.split(' ');
  return root === '/' ? [] : [unescaped(path)];
}

function uuidsByDevice({ uuids, mapped }: DeviceLinks): Map<string, string> {
  const found = new Map<string, string>();
  for (const [device, [uuid]] of Object.entries(uuids)) {
    found.set(`/dev/${device}`, uuid!);
    for (const name of mapped[device] ?? []) found.set(`/dev/mapper/${name}`, uuid!);
  }
  return found;
}

// Blanks in /proc/mounts are octal.
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
