import { z } from 'zod';
import { ansibleBool, ansibleText, choice } from './params.ts';

export const SYSTEMD_ALIASES = {
  service: 'name',
  unit: 'name',
  'daemon-reload': 'daemon_reload',
  'daemon-reexec': 'daemon_reexec',
};

/** The parameters of systemd, which has two names. */
export const systemdParams = z
  .strictObject({
    name: ansibleText()
      .refine((name) => !/[*?[]/.test(name), { error: 'is the name of one unit, without patterns' })
      .optional()
      .describe('The unit; .service may be left out.'),
    state: choice(['reloaded', 'restarted', 'started', 'stopped'])
      .optional()
      .describe('What shall run; reloaded and restarted act every time, and start what does not run.'),
    enabled: ansibleBool().optional().describe('Whether it is started at boot.'),
    masked: ansibleBool().optional().describe('Whether it cannot be started at all.'),
    force: ansibleBool().optional().describe('Override links that are in the way.'),
    daemon_reload: ansibleBool()
      .default(false)
      .describe('Make systemd read its unit files again, before all else. Does not count as a change.'),
    daemon_reexec: ansibleBool().default(false).describe('Make systemd start itself anew, before all else.'),
    scope: choice(['system', 'user', 'global'])
      .default('system')
      .describe("Whose systemd: the host's, that of the user who works there, or that of all users."),
    no_block: ansibleBool().default(false).describe('Do not wait until it is done.'),
  })
  .refine(
    (of) =>
      of.state !== undefined ||
      of.enabled !== undefined ||
      of.masked !== undefined ||
      of.daemon_reload ||
      of.daemon_reexec,
    {
      error: 'give state, enabled, masked, daemon_reload or daemon_reexec',
    },
  )
  .refine(
    (of) =>
      of.name !== undefined ||
      (of.state === undefined && of.enabled === undefined && of.masked === undefined),
    {
      error: 'state, enabled and masked need a name',
    },
  );
