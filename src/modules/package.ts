import { aptAliases, packageParams } from '../module/apt/params.ts';
import { type AptChange, aptResult, planApt } from '../module/apt/plan.ts';
import { readApt } from '../module/apt/read.ts';
import { defineModule } from '../module/define.ts';

export default defineModule({
  name: 'package',
  collection: 'ansible.builtin',
  doc: `Installs, upgrades and removes packages by the host's package manager.

That is apt, as every Debian has it; all parameters of apt are known here too.`,
  aliases: aptAliases,
  params: packageParams,
  read: (params, host) => readApt(params, host),
  plan: planApt,
  steps: (change: AptChange) => [change.step],
  result: aptResult,
});
