import { defineModule } from '../module/define.ts';
import { planUnit, readUnit, type UnitChange } from '../module/systemd.ts';
import { SYSTEMD_ALIASES, systemdParams } from '../module/systemdParams.ts';

export default defineModule({
  name: 'systemd',
  collection: 'ansible.builtin',
  doc: 'Starts, stops, enables and masks units of systemd. The same as systemd_service.',
  aliases: SYSTEMD_ALIASES,
  params: systemdParams,
  read: readUnit,
  plan: planUnit,
  steps: (change: UnitChange) => [change.step],
});
