import { z } from 'zod';
import { ensureLine, type LineWish, removeLines } from '../lib/lineEdit.ts';
import { defineModule } from '../module/define.ts';
import { attributeAliases, attributeParams, type FileChange } from '../module/fileAttributes.ts';
import { backupResult } from '../module/fileContent.ts';
import { ansibleBool, ansibleText, choice } from '../module/params.ts';
import { none, type Plan } from '../module/plan.ts';
import {
  asBytes,
  bytePattern,
  lineFinder,
  patternParam,
  planEdit,
  planOrFail,
  readText,
  type TextNow,
  uneditable,
  validateParam,
} from '../module/textEdit.ts';

const params = z
  .strictObject({
    path: ansibleText().describe('The file to edit.'),
    state: choice(['absent', 'present']).default('present').describe('Whether the line shall be there.'),
    line: ansibleText().optional().describe('The line.'),
    regexp: patternParam()
      .optional()
      .describe(
        'Regular expression that finds the line to replace (the last that it finds), or all lines to remove.',
      ),
    search_string: ansibleText().optional().describe('Text that finds the line, in place of regexp.'),
    insertafter: patternParam()
      .optional()
      .describe('Put a new line after the last one that this finds, or at `EOF`.'),
    insertbefore: patternParam()
      .optional()
      .describe('Put a new line before the last one that this finds, or at `BOF`.'),
    firstmatch: ansibleBool()
      .default(false)
      .describe('Take the first line that is found, instead of the last.'),
    backrefs: ansibleBool()
      .default(false)
      .describe(
        'Fill `\\1` or `\\g<name>` in the line from regexp; where that finds nothing, change nothing.',
      ),
    create: ansibleBool().default(false).describe('Make the file where it is not there.'),
    backup: ansibleBool().default(false).describe('Keep what was there under a name with the date.'),
    validate: validateParam(),
    ...attributeParams,
  })
  .refine(
    (one) => !(one.regexp !== undefined && one.search_string !== undefined),
    'regexp and search_string exclude each other',
  )
  .refine((one) => !(one.insertafter && one.insertbefore), 'insertafter and insertbefore exclude each other')
  .refine(
    (one) => !one.backrefs || one.regexp !== undefined || one.state === 'absent',
    'regexp is required with backrefs=true',
  )
  .refine((one) => one.state === 'absent' || one.line !== undefined, 'line is required with state=present')
  .refine(
    (one) => [one.line, one.regexp, one.search_string].some((given) => given !== undefined),
    'one of line, search_string, or regexp is required with state=absent',
  );

type Params = z.infer<typeof params>;

const EMPTY = 'is empty, so every line is found; write ^ as regexp where that is meant';

/** One line of a file. */
export default defineModule({
  name: 'lineinfile',
  collection: 'ansible.builtin',
  doc: 'Make sure that a line is in a file, replace one that a regular expression finds, or remove lines.',
  params,
  aliases: {
    dest: 'path',
    destfile: 'path',
    name: 'path',
    regex: 'regexp',
    value: 'line',
    ...attributeAliases,
  },
  read: (params, host) => readText(params, host),
  plan(params, now) {
    const plan = planOrFail(() => edited(params, now));
    const empty = (['regexp', 'search_string'] as const).filter((name) => params[name] === '');
    return empty.length > 0 ? { ...plan, warnings: empty.map((name) => `${name} ${EMPTY}`) } : plan;
  },
  steps: (change) => change.steps,
  result: (_params, _now, done) => ({ backup: backupResult(done).backup_file ?? '' }),
});

function edited(params: Params, now: TextNow): Plan<FileChange> {
  const wrong = uneditable(now, params.path, params.create || params.state === 'absent', 'Destination');
  if (wrong) return wrong;
  const wish = wishOf(params);
  if (params.state === 'present')
    return planEdit(params, now, ensureLine(now.text ?? '', wish), { backup: '' });
  if (now.text === undefined) return none({ msg: 'file not present', found: 0, backup: '' });
  const { found, ...rest } = removeLines(now.text, wish);
  return planEdit(params, now, rest, { found, backup: '' });
}

function wishOf(params: Params): LineWish {
  return {
    line: asBytes(params.line ?? ''),
    finds: lineFinder(params.regexp, params.search_string),
    backrefs: params.backrefs,
    firstMatch: params.firstmatch,
    insert: placeOf(params),
  };
}

function placeOf({ insertafter, insertbefore }: Params): LineWish['insert'] {
  if (insertbefore === 'BOF' || insertafter === 'BOF') return { where: 'start' };
  if (insertafter && insertafter !== 'EOF') return { where: 'after', pattern: bytePattern(insertafter) };
  if (insertbefore) return { where: 'before', pattern: bytePattern(insertbefore) };
  return { where: 'end' };
}
