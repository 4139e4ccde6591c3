import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleBool, ansibleInt, ansibleText, choice } from '../module/params.ts';
import { planUnit, readUnit, type UnitChange } from '../module/systemd.ts';

const IGNORED = 'Has no effect: systemd is in charge.';

export default defineModule({
  name: 'service',
  collection: 'ansible.builtin',
  doc: `Starts, stops and enables services.

Works with systemd, as every Debian has it; a host without it is told apart clearly. SysV scripts count as services,
since systemd wraps them.`,
  aliases: { args: 'arguments' },
  params: z
    .strictObject({
      name: ansibleText().describe('The service.'),
      state: choice(['reloaded', 'restarted', 'started', 'stopped'])
        .optional()
        .describe('What shall run; reloaded and restarted act every time, and start what does not run.'),
      enabled: ansibleBool().optional().describe('Whether it is started at boot.'),
      daemon_reload: ansibleBool()
        .default(false)
        .describe('Make systemd read its unit files again, before all else. Does not count as a change.'),
      masked: ansibleBool().optional().describe('Whether it cannot be started at all.'),
      use: ansibleText()
        .default('auto')
        .describe(
          'Taken for compatibility: it is systemd whatever is given, which wraps the scripts of SysV too.',
        ),
      sleep: ansibleInt().optional().describe(IGNORED),
      pattern: ansibleText().optional().describe(IGNORED),
      runlevel: ansibleText().default('default').describe(IGNORED),
      arguments: ansibleText().default('').describe(IGNORED),
    })
    .refine((of) => [of.state, of.enabled, of.masked].some((one) => one !== undefined) || of.daemon_reload, {
      error: 'give state or enabled',
    }),
  read: (params, host) => readUnit(params, host),
  plan: (params, now) => planUnit(params, now),
  steps: (change: UnitChange) => [change.step],
});
