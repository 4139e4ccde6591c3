import { z } from 'zod';
import { planSwitch, readSwitchTask, type SwitchChange } from '../module/apacheSwitch.ts';
import { defineModule } from '../module/define.ts';
import { ansibleText, choice } from '../module/params.ts';

export default defineModule({
  name: 'apache2_site',
  collection: 'flotte',
  doc: `Enables or disables a site of Apache, as a2ensite and a2dissite do.

The site is a file in /etc/apache2/sites-available. Apache takes notice at its next reload: notify a handler. A link
whose file is gone is taken away by state absent.`,
  params: z.strictObject({
    name: ansibleText().describe('The site: its file without, or with, .conf.'),
    state: choice(['absent', 'present'])
      .default('present')
      .describe('Enabled (present) or disabled (absent).'),
  }),
  read: (params, host) => readSwitchTask('sites', params, host),
  plan: (params, now) => planSwitch('sites', params, now),
  steps: (change: SwitchChange) => change.steps,
});
