import type { Collector } from './collector.ts';
import { assigned, linesOf, partLines, type Raw } from './raw.ts';

/** Facts of the distribution, with the names and spellings that Ansible gives. */
export const distributionCollectors: Collector[] = [
  {
    name: 'distribution',
    minimal: true,
    ids: ['distribution_version', 'distribution_release', 'distribution_major_version', 'os_family'],
    files: ['/etc/os-release', '/etc/debian_version'],
    facts: distribution,
  },
  {
    name: 'lsb',
    minimal: true,
    files: ['/etc/lsb-release'],
    parts: ['lsb'],
    facts: (raw) => ({ lsb: lsb(raw) }),
  },
];

// os-release's ID: what Ansible calls it, and its family.
const KNOWN: Record<string, [string, string]> = {
  debian: ['Debian', 'Debian'],
  ubuntu: ['Ubuntu', 'Debian'],
  raspbian: ['Debian', 'Debian'],
  kali: ['Kali', 'Debian'],
  devuan: ['Devuan', 'Debian'],
  linuxmint: ['Linux Mint', 'Debian'],
  pop: ['Pop!_OS', 'Debian'],
  alpine: ['Alpine', 'Alpine'],
  fedora: ['Fedora', 'RedHat'],
  rhel: ['RedHat', 'RedHat'],
  centos: ['CentOS', 'RedHat'],
  rocky: ['Rocky', 'RedHat'],
  almalinux: ['AlmaLinux', 'RedHat'],
  arch: ['Archlinux', 'Archlinux'],
  'opensuse-leap': ['openSUSE Leap', 'Suse'],
};

function distribution(raw: Raw): Record<string, unknown> {
  const release = linesOf(raw, '/etc/os-release');
  const id = assigned(release, 'ID') ?? '';
  const likes = (assigned(release, 'ID_LIKE') ?? '').split(' ');
  const family = [id, ...likes].map((one) => KNOWN[one]?.[1]).find((one) => one !== undefined);
  const name = KNOWN[id]?.[0] ?? assigned(release, 'NAME')?.split(' ')[0] ?? 'Linux';
  const point = linesOf(raw, '/etc/debian_version')[0]?.trim() ?? '';
  const minor = /(\d+)\.(\d+)/.exec(point)?.[2];
  // Debian's own file knows the point release; on its children that file tells of Debian.
  const pointRelease = name === 'Debian' && minor !== undefined;
  const version = pointRelease ? point : (assigned(release, 'VERSION_ID') ?? 'n/a');
  const pretty = /\(([^)]+)\)/.exec(assigned(release, 'PRETTY_NAME') ?? '')?.[1];
  const codename =
    name === 'Debian'
      ? (pretty ?? assigned(release, 'VERSION_CODENAME'))
      : assigned(release, 'VERSION_CODENAME');
  return {
    distribution: name,
    distribution_version: version,
    distribution_major_version: version === 'n/a' ? 'n/a' : version.split('.')[0],
    ...(pointRelease && { distribution_minor_version: minor }),
    distribution_release: codename ?? 'NA',
    distribution_file_path: '/etc/os-release',
    distribution_file_variety: family ?? name,
    distribution_file_parsed: true,
    os_family: family ?? name,
  };
}

function lsb(raw: Raw): Record<string, string> {
  const said = partLines(raw, 'lsb');
  const file = linesOf(raw, '/etc/lsb-release');
  const pick = (title: string, key: string) =>
    said
      .find((line) => line.startsWith(`${title}:`))
      ?.slice(title.length + 1)
      .trim() ?? (said.length > 0 ? undefined : assigned(file, key));
  const release = pick('Release', 'DISTRIB_RELEASE');
  const found = {
    id: pick('Distributor ID', 'DISTRIB_ID'),
    description: pick('Description', 'DISTRIB_DESCRIPTION'),
    release,
    codename: pick('Codename', 'DISTRIB_CODENAME'),
    major_release: release?.split('.')[0],
  };
  return Object.fromEntries(
    Object.entries(found).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
