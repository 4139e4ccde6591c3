import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleText, choice } from '../module/params.ts';
import { type Change, changes, failed } from '../module/plan.ts';

const ZONES = '/usr/share/zoneinfo';

interface ClockChange extends Change {
  argv: string[];
}

export default defineModule({
  name: 'timezone',
  collection: 'community.general',
  doc: `Sets the host's time zone, and whether its hardware clock runs in UTC or in local time.

timedatectl does it. Services that run take notice when they are started again.`,
  aliases: { rtc: 'hwclock' },
  params: z
    .strictObject({
      name: ansibleText().optional().describe('The time zone: Europe/Berlin.'),
      hwclock: choice(['UTC', 'local']).optional().describe('What the hardware clock tells.'),
    })
    .refine(({ name, hwclock }) => name !== undefined || hwclock !== undefined, {
      error: 'give name or hwclock',
    }),
  async read({ name }, host) {
    const [zone, localtime, adjtime] = await Promise.all([
      name === undefined ? undefined : host.stat({ path: `${ZONES}/${name}`, follow: true }),
      host.stat({ path: '/etc/localtime' }),
      host.content({ path: '/etc/adjtime' }),
    ]);
    const isLocal = /^LOCAL$/m.test(Buffer.from(adjtime ?? []).toString());
    return {
      isZone: zone?.type === 'file',
      name: localtime?.target?.replace(/^.*\/zoneinfo\//, '') ?? 'UTC',
      hwclock: isLocal ? 'local' : 'UTC',
    };
  },
  plan(wanted, now) {
    if (wanted.name !== undefined && !now.isZone)
      return failed(`given timezone "${wanted.name}" is not available`);
    const list: ClockChange[] = [];
    if (wanted.name !== undefined && wanted.name !== now.name)
      list.push({
        summary: `set the time zone ${wanted.name} (was ${now.name})`,
        diff: { before: `${now.name}\n`, after: `${wanted.name}\n` },
        argv: ['timedatectl', 'set-timezone', wanted.name],
      });
    if (wanted.hwclock !== undefined && wanted.hwclock !== now.hwclock)
      list.push({
        summary: `let the hardware clock tell ${wanted.hwclock} (was ${now.hwclock})`,
        argv: ['timedatectl', 'set-local-rtc', wanted.hwclock === 'local' ? 'yes' : 'no'],
      });
    return changes(list);
  },
  steps: ({ argv }: ClockChange) => [
    { kind: 'run', argv, touches: ['/etc/localtime', '/etc/timezone', '/etc/adjtime'] },
  ],
});
