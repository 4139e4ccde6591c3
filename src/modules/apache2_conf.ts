import { z } from 'zod';
import { planSwitch, readSwitchTask, type SwitchChange } from '../module/apacheSwitch.ts';
import { defineModule } from '../module/define.ts';
import { ansibleText, choice } from '../module/params.ts';

export default defineModule({
  name: 'apache2_conf',
  collection: 'flotte',
  doc: `Enables or disables a piece of Apache's configuration, as a2enconf and a2disconf do.

It is a file in /etc/apache2/conf-available. Apache takes notice at its next reload: notify a handler. A link whose
file is gone is taken away by state absent.`,
  params: z.strictObject({
    name: ansibleText().describe('The piece: its file without, or with, .conf.'),
    state: choice(['absent', 'present'])
      .default('present')
      .describe('Enabled (present) or disabled (absent).'),
  }),
  read: (params, host) => readSwitchTask('conf', params, host),
  plan: (params, now) => planSwitch('conf', params, now),
  steps: (change: SwitchChange) => change.steps,
});
