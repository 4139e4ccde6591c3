import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { type DivertChange, diversionResult, planDiversion, readDiversion } from '../module/diverting.ts';
import { hostPath } from '../module/hostPath.ts';
import { ansibleBool, ansibleText, choice } from '../module/params.ts';
import { failed } from '../module/plan.ts';

/** The module of DebOps that diverts files. */
export default defineModule({
  name: 'debops_dpkg_divert',
  collection: 'debops.debops',
  doc: `Diverts a file of a package, as the module \`debops.debops.dpkg_divert\` does it; playbooks call it by that name.

Unlike dpkg_divert it moves files along unless told otherwise, and never overwrites one.`,
  aliases: { name: 'path' },
  params: z.strictObject({
    path: ansibleText().describe('The file whose versions are diverted.'),
    state: choice(['absent', 'present']).default('present').describe('Whether it is diverted.'),
    package: ansibleText()
      .default('LOCAL')
      .describe('The package whose version is not diverted; `LOCAL` is the administrator.'),
    divert: ansibleText()
      .optional()
      .describe(
        'Where the versions go; else to the path with `.dpkg-divert` behind, `.distrib` for a package.',
      ),
    rename: ansibleBool()
      .default(true)
      .describe('Move the file that is there along, unless another is in the way.'),
    delete: ansibleBool()
      .default(false)
      .describe(
        'With absent: remove the file that lies at the path, so that the diverted one can come back.',
      ),
    force: ansibleBool().default(false).describe('Change or take away a diversion that is another one.'),
  }),
  async read({ path, divert, package: holder }, host) {
    const at = await hostPath(path, host);
    const suffix = holder === 'LOCAL' ? 'dpkg-divert' : 'distrib';
    const target = divert === undefined ? `${at}.${suffix}` : await hostPath(divert, host);
    return { at, target, ...(await readDiversion(at, target, host)) };
  },
  plan(given, { at, target, ...now }) {
    const wanted = { divert: target, holder: given.package };
    const { there } = now;
    const isOther = there && (there.divert !== wanted.divert || there.holder !== wanted.holder);
    if (isOther && !given.force)
      return failed(`${at} is diverted to ${there.divert} by ${there.holder}: set force to change that`);
    return planDiversion(
      {
        path: at,
        diversion: given.state === 'present' ? wanted : undefined,
        rename: given.rename,
        inTheWay: given.state === 'absent' && given.delete ? 'lose' : 'stay',
      },
      now,
    );
  },
  steps: (change: DivertChange) => change.steps,
  result: (_params, _now, done) => diversionResult(done),
});
