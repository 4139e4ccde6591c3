import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { command } from './command.ts';

const folders = [
  '/sys/fs/cgroup',
  '/sys/fs/cgroup/systemd',
  '/sys/fs/cgroup/unified',
  '/run/systemd/nspawn/propagate',
];

/** The lines of this machine's own state that speak of a fleet: mounts, links, rules, processes, groups. */
export async function tracesOf({ name, range }: { name: string; range: number }): Promise<string[]> {
  const mine = new RegExp(
    `fleets/${name}/|flotte-fleet-${name}-|flotte${range}(\\b|h)|flotte-${range}-|10\\.213\\.${range}\\.`,
  );
  const texts = [
    readFileSync('/proc/self/mounts', 'utf8'),
    await command('ip', ['-oneline', 'address']),
    await command('ip', ['-oneline', 'link']),
    await command('iptables-save', []),
    await command('ps', ['-eo', 'pid,args']),
    ...folders.filter((folder) => existsSync(folder)).map((folder) => readdirSync(folder).join('\n')),
  ];
  return texts.flatMap((text) => text.split('\n')).filter((line) => mine.test(line));
}
