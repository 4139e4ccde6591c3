import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { type DivertChange, diversionResult, planDiversion, readDiversion } from '../module/diverting.ts';
import { hostPath } from '../module/hostPath.ts';
import { ansibleBool, ansibleText, choice } from '../module/params.ts';

/** Lets packages install a file elsewhere than at its path. */
export default defineModule({
  name: 'dpkg_divert',
  collection: 'community.general',
  doc: `Diverts a file of a package, so that the administrator's own, or that of another package, can take its place.

What packages bring for the path goes to another one from then on.`,
  params: z.strictObject({
    path: ansibleText().describe('The file whose versions are diverted.'),
    state: choice(['absent', 'present']).default('present').describe('Whether it is diverted.'),
    holder: ansibleText()
      .optional()
      .describe('The package whose version is not diverted; else the administrator is the holder.'),
    divert: ansibleText()
      .optional()
      .describe('Where the versions go; else to the path with `.distrib` behind.'),
    rename: ansibleBool()
      .default(false)
      .describe('Move the file that is there along, when the diversion is made or taken away.'),
    force: ansibleBool().default(false).describe('With rename: a file that is in the way is lost.'),
  }),
  async read({ path, divert }, host) {
    const at = await hostPath(path, host);
    const target = divert === undefined ? `${at}.distrib` : await hostPath(divert, host);
    return { at, target, ...(await readDiversion(at, target, host)) };
  },
  plan({ state, holder, rename, force }, { at, target, ...now }) {
    const diversion = state === 'present' ? { divert: target, holder: holder || 'LOCAL' } : undefined;
    return planDiversion({ path: at, diversion, rename, inTheWay: force ? 'lose' : 'fail' }, now);
  },
  steps: (change: DivertChange) => change.steps,
  result: (_params, _now, done) => diversionResult(done),
});
