import type { Collector } from './collector.ts';
import { firstLine, linesOf, partLines, type Raw } from './raw.ts';

/** Facts of who works on the host, when, and with what around them. */
export const sessionCollectors: Collector[] = [
  {
    name: 'user',
    minimal: true,
    ids: 'user_id user_uid user_gid user_gecos user_dir user_shell real_user_id effective_user_id effective_group_ids'.split(
      ' ',
    ),
    files: ['/proc/self/status'],
    parts: ['passwd'],
    facts: user,
  },
  { name: 'env', minimal: true, parts: ['env'], facts: (raw) => ({ env: environment(raw) }) },
  { name: 'date_time', minimal: true, parts: ['date'], facts: (raw) => ({ date_time: dateTime(raw) }) },
  {
    name: 'dns',
    minimal: true,
    files: ['/etc/resolv.conf'],
    facts: (raw) => ({ dns: dns(linesOf(raw, '/etc/resolv.conf')) }),
  },
  {
    name: 'ssh_pub_keys',
    minimal: true,
    ids: [
      'ssh_host_pub_keys',
      ...['dsa', 'rsa', 'ecdsa', 'ed25519'].map((type) => `ssh_host_key_${type}_public`),
    ],
    files: ['/etc/ssh/ssh_host_*_key.pub'],
    facts: hostKeys,
  },
];

function user(raw: Raw): Record<string, unknown> {
  const [name, , uid, gid, gecos, home, shell] = partLines(raw, 'passwd')[0]?.split(':') ?? [];
  const status = linesOf(raw, '/proc/self/status');
  const ids = (key: string) =>
    status
      .find((line) => line.startsWith(`${key}:`))
      ?.split(/\s+/)
      .slice(1)
      .map(Number) ?? [];
  const [realUser, effectiveUser] = ids('Uid');
  const [realGroup, effectiveGroup] = ids('Gid');
  return {
    user_id: name ?? String(realUser),
    ...(name !== undefined && {
      user_uid: Number(uid),
      user_gid: Number(gid),
      user_gecos: gecos,
      user_dir: home,
      user_shell: shell,
    }),
    real_user_id: realUser,
    effective_user_id: effectiveUser,
    real_group_id: realGroup,
    effective_group_id: effectiveGroup,
  };
}

function environment(raw: Raw): Record<string, string> {
  const pairs = (raw.parts.get('env') ?? '').split('\0').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

function dateTime(raw: Raw): Record<string, string> {
  const [now = '', winter = '', summer = ''] = partLines(raw, 'date');
  const [
    epoch = '',
    nanoseconds = '',
    year,
    month,
    weekday,
    weekdayNumber,
    week,
    day,
    hour,
    minute,
    second,
    zone,
    offset,
  ] = now.split(' ');
  const micro = nanoseconds.slice(0, 6);
  const utc = new Date(Number(epoch) * 1000).toISOString().slice(0, 19);
  return {
    year: year!,
    month: month!,
    weekday: weekday!,
    weekday_number: weekdayNumber!,
    weeknumber: week!,
    day: day!,
    hour: hour!,
    minute: minute!,
    second: second!,
    epoch,
    epoch_int: epoch,
    date: `${year}-${month}-${day}`,
    time: `${hour}:${minute}:${second}`,
    iso8601_micro: `${utc}.${micro}Z`,
    iso8601: `${utc}Z`,
    iso8601_basic: `${year}${month}${day}T${hour}${minute}${second}${micro}`,
    iso8601_basic_short: `${year}${month}${day}T${hour}${minute}${second}`,
    tz: zone!,
    tz_dst: summerZone(winter, summer),
    tz_offset: offset!,
  };
}

/** The zone's name while clocks are put forward: south of the equator that is in January. */
function summerZone(january: string, july: string): string {
  const [one, other] = [january, july].map((line) => line.split(' ').slice(-2));
  return Number(one![1]) > Number(other![1]) ? one![0]! : other![0]!;
}

function dns(lines: string[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const servers: string[] = [];
  for (const line of lines.filter((text) => !/^[#;]/.test(text))) {
    const [key, ...words] = line.trim().split(/\s+/);
    if (key === 'nameserver') servers.push(...words);
    if (key === 'domain' && words[0]) found.domain = words[0];
    if (key === 'search' || key === 'sortlist') found[key] = words;
    if (key === 'options') {
      found.options = Object.fromEntries(
        words.map((word) =>
          word.includes(':')
            ? [word.slice(0, word.indexOf(':')), word.slice(word.indexOf(':') + 1)]
            : [word, true],
        ),
      );
    }
  }
  return servers.length > 0 ? { ...found, nameservers: servers } : found;
}

function hostKeys(raw: Raw): Record<string, string> {
  const keys = ['dsa', 'rsa', 'ecdsa', 'ed25519'].flatMap((type) => {
    const [keyType, key] = (firstLine(raw, `/etc/ssh/ssh_host_${type}_key.pub`) ?? '').split(/\s+/);
    const name = `ssh_host_key_${type}_public`;
    return key ? [[name, key] as const, [`${name}_keytype`, keyType!] as const] : [];
  });
  return Object.fromEntries(keys);
}
