import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { attributeAliases, attributeParams } from '../module/fileAttributes.ts';
import { readFileNow } from '../module/fileLook.ts';
import { planAbsent, planDirectory, planFile, planHard, planLink, planTouch } from '../module/fileStates.ts';
import { ansibleBool, ansibleText, choice } from '../module/params.ts';
import { failed } from '../module/plan.ts';

const STATES = ['absent', 'directory', 'file', 'hard', 'link', 'touch'] as const;
const TIME_FORMAT = '%Y%m%d%H%M.%S';

const params = z.strictObject({
  path: ansibleText().describe('The path to manage.'),
  state: choice(STATES)
    .optional()
    .describe(
      'What shall be there. Left out: what is there already, else `directory` with recurse, else `file`.',
    ),
  src: ansibleText()
    .optional()
    .describe('What a link leads to; for `link` it is written into the link as it is.'),
  recurse: ansibleBool()
    .default(false)
    .describe('Set owner, group, mode and times of all below a directory too.'),
  force: ansibleBool()
    .default(false)
    .describe('Make a link even where its target is missing, or in place of a file or an empty directory.'),
  follow: ansibleBool().default(true).describe('Follow links: what they lead to is managed.'),
  access_time: ansibleText()
    .optional()
    .describe('Time of the last access: `now`, `preserve` or a time of the host.'),
  access_time_format: ansibleText()
    .default(TIME_FORMAT)
    .describe('How access_time is written, as for strptime.'),
  modification_time: ansibleText()
    .optional()
    .describe('Time of the last change: `now`, `preserve` or a time of the host.'),
  modification_time_format: ansibleText().default(TIME_FORMAT).describe('How modification_time is written.'),
  ...attributeParams,
});

/** Files, directories and links: that they are there, whose they are, and that they are gone. */
export default defineModule({
  name: 'file',
  collection: 'ansible.builtin',
  doc: 'Manage files, directories and links: make them, remove them, set owner, group, mode and times.',
  params,
  aliases: { dest: 'path', name: 'path', ...attributeAliases },
  read: readFileNow,
  plan(params, { now, state }) {
    if (params.recurse && state !== 'directory') {
      return failed("recurse option requires state to be 'directory'", { path: now.path });
    }
    if (params.src !== undefined && state !== 'link' && state !== 'hard') {
      return failed("src option requires state to be 'link' or 'hard'", { path: now.path });
    }
    if (state === 'absent') return planAbsent(now);
    if (state === 'directory') return planDirectory(params, now);
    if (state === 'link') return planLink(params, now);
    if (state === 'hard') return planHard(params, now);
    return state === 'touch' ? planTouch(params, now) : planFile(params, now);
  },
  steps: (change) => change.steps,
});
