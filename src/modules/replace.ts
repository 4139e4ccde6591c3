import { z } from 'zod';
import { translate } from '../lib/pythonRegex.ts';
import { substitute } from '../lib/pythonReplacement.ts';
import { defineModule } from '../module/define.ts';
import { attributeAliases, attributeParams, type FileChange } from '../module/fileAttributes.ts';
import { backupResult } from '../module/fileContent.ts';
import { ansibleBool, ansibleText, choice } from '../module/params.ts';
import { failed, none, type Plan } from '../module/plan.ts';
import {
  patternParam,
  planEdit,
  planOrFail,
  readText,
  type TextNow,
  uneditable,
  validateParam,
} from '../module/textEdit.ts';

const params = z.strictObject({
  path: ansibleText().describe('The file to edit.'),
  regexp: patternParam().describe(
    'Regular expression for what is replaced; `^` and `$` stand for the ends of lines.',
  ),
  replace: ansibleText()
    .default('')
    .describe('What takes its place; `\\1` and `\\g<name>` stand for groups.'),
  after: patternParam().optional().describe('Replace only after what this finds; `.` finds newlines too.'),
  before: patternParam().optional().describe('Replace only before what this finds; `.` finds newlines too.'),
  encoding: choice(['utf-8', 'latin-1']).default('utf-8').describe('Encoding of the file.'),
  backup: ansibleBool().default(false).describe('Keep what was there under a name with the date.'),
  validate: validateParam(),
  ...attributeParams,
});

type Params = z.infer<typeof params>;

/** Replaces all that a regular expression finds in a file. */
export default defineModule({
  name: 'replace',
  collection: 'ansible.builtin',
  doc: 'Replace all that a regular expression finds in a file.',
  params,
  aliases: { dest: 'path', destfile: 'path', name: 'path', ...attributeAliases },
  read: (params, host) => readText(params, host),
  plan: (params, now) =>
    uneditable(now, params.path, false) ??
    planOrFail(() => planReplace(params, now), 'Unable to process replace due to error: '),
  steps: (change) => change.steps,
  result: (_params, _now, done) => backupResult(done),
});

function planReplace(params: Params, now: TextNow): Plan<FileChange> {
  const encoding = params.encoding === 'latin-1' ? 'latin1' : 'utf8';
  const text = Buffer.from(now.text ?? '', 'latin1').toString(encoding);
  if (Buffer.from(text, encoding).toString('latin1') !== now.text) {
    return failed(`${params.path} is no text in ${params.encoding}; set encoding`);
  }
  const section = sectionOf(text, params);
  if (!section) {
    const msg = `Pattern for before/after params did not match the given file: ${sectionPattern(params)}`;
    return none({ rc: 0, msg });
  }
  const [start, end] = section;
  const { text: inside, count } = substitute(
    translate(params.regexp, 'm'),
    params.replace,
    text.slice(start, end),
  );
  const after = text.slice(0, start) + inside + text.slice(end);
  const edited = { text: Buffer.from(after, encoding).toString('latin1'), msg: `${count} replacements made` };
  return planEdit(params, now, after === text ? { ...edited, msg: '' } : edited, { rc: 0 });
}

function sectionPattern({ after, before }: Params): string | undefined {
  if (!after && !before) return undefined;
  return `${after ?? ''}(?P<subsection>.*${after && before ? '?' : ''})${before ?? ''}`;
}

// Where the part of the text begins and ends in which is replaced.
function sectionOf(text: string, params: Params): [number, number] | undefined {
  const pattern = sectionPattern(params);
  if (pattern === undefined) return [0, text.length];
  const { source, flags } = translate(pattern, 's');
  return new RegExp(source, `${flags}d`).exec(text)?.indices?.groups?.subsection;
}
