import { z } from 'zod';
import { type BlockWish, ensureBlock } from '../lib/blockEdit.ts';
import { defineModule } from '../module/define.ts';
import { attributeAliases, attributeParams } from '../module/fileAttributes.ts';
import { backupResult } from '../module/fileContent.ts';
import { ansibleBool, ansibleText, choice } from '../module/params.ts';
import { none } from '../module/plan.ts';
import {
  asBytes,
  bytePattern,
  patternParam,
  planEdit,
  readText,
  uneditable,
  validateParam,
} from '../module/textEdit.ts';

const params = z
  .strictObject({
    path: ansibleText().describe('The file to edit.'),
    state: choice(['absent', 'present']).default('present').describe('Whether the block shall be there.'),
    block: ansibleText().default('').describe('The lines between the markers; none takes the block out.'),
    marker: ansibleText()
      .default('# {mark} ANSIBLE MANAGED BLOCK')
      .describe('Line around the block; `{mark}` becomes marker_begin and marker_end.'),
    marker_begin: ansibleText().default('BEGIN').describe('What `{mark}` becomes before the block.'),
    marker_end: ansibleText().default('END').describe('What `{mark}` becomes after the block.'),
    insertafter: patternParam()
      .optional()
      .describe('Put a new block after the last line that this finds, or at `EOF`.'),
    insertbefore: patternParam()
      .optional()
      .describe('Put a new block before the last line that this finds, or at `BOF`.'),
    append_newline: ansibleBool()
      .default(false)
      .describe('An empty line after the block, unless at the end.'),
    prepend_newline: ansibleBool()
      .default(false)
      .describe('An empty line before the block, unless at the start.'),
    create: ansibleBool().default(false).describe('Make the file where it is not there.'),
    backup: ansibleBool().default(false).describe('Keep what was there under a name with the date.'),
    validate: validateParam(),
    ...attributeParams,
  })
  .refine((one) => !(one.insertafter && one.insertbefore), 'insertafter and insertbefore exclude each other');

type Params = z.infer<typeof params>;

/** A block of lines in a file, between two marker lines. */
export default defineModule({
  name: 'blockinfile',
  collection: 'ansible.builtin',
  doc: 'Make sure that a block of lines is in a file, between two marker lines, or take it out.',
  params,
  aliases: { dest: 'path', destfile: 'path', name: 'path', content: 'block', ...attributeAliases },
  read: (params, host) => readText(params, host),
  plan(params, now) {
    const absent = params.state === 'absent';
    const wrong = uneditable(now, params.path, params.create || absent);
    if (wrong) return wrong;
    if (absent && now.text === undefined) return none({ msg: `File ${params.path} not present` });
    return planEdit(params, now, ensureBlock(now.text, wishOf(params)), {});
  },
  steps: (change) => change.steps,
  result: (_params, _now, done) => backupResult(done),
});

function wishOf(params: Params): BlockWish {
  const mark = (word: string) => asBytes(params.marker).replaceAll('{mark}', () => asBytes(word));
  return {
    block: params.state === 'absent' ? '' : asBytes(params.block),
    begin: mark(params.marker_begin),
    end: mark(params.marker_end),
    insert: placeOf(params),
    prependNewline: params.prepend_newline && params.state === 'present',
    appendNewline: params.append_newline && params.state === 'present',
  };
}

function placeOf({ insertafter, insertbefore }: Params): BlockWish['insert'] {
  const by = (where: 'after' | 'before', pattern: string) => {
    return { where, pattern: bytePattern(pattern), multiline: /^\(\?[a-zA-Z]*m[a-zA-Z]*\)/.test(pattern) };
  };
  if (insertbefore === 'BOF') return { where: 'start' };
  if (insertafter && insertafter !== 'EOF') return by('after', insertafter);
  return insertbefore ? by('before', insertbefore) : { where: 'end' };
}
