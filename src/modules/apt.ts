import { aptAliases, aptParams } from '../module/apt/params.ts';
import { type AptChange, aptResult, planApt } from '../module/apt/plan.ts';
import { readApt } from '../module/apt/read.ts';
import { defineModule } from '../module/define.ts';

export default defineModule({
  name: 'apt',
  collection: 'ansible.builtin',
  doc: `Installs, upgrades and removes Debian packages, and keeps package lists up to date.

What would come and go is asked of apt-get itself, by a simulation on the host that writes nothing; so a plan names
all packages with their versions. Where package lists are to be updated first, the simulation rests on the old ones.`,
  aliases: aptAliases,
  params: aptParams,
  read: (params, host) => readApt(params, host),
  plan: planApt,
  steps: (change: AptChange) => [change.step],
  result: aptResult,
});
