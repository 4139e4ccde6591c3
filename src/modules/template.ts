import { z } from 'zod';
import { planCopy } from '../module/copyPlan.ts';
import { readSingle } from '../module/copyRead.ts';
import { defineModule, type TemplateOptions } from '../module/define.ts';
import { attributeAliases, attributeParams, readAccounts } from '../module/fileAttributes.ts';
import { backupResult } from '../module/fileContent.ts';
import { ansibleBool, ansibleText, choice, modeParam } from '../module/params.ts';
import { validateParam } from '../module/textEdit.ts';
import { wantedEncoded } from '../module/wantedFile.ts';

const NEWLINES = {
  '\n': '\n',
  '\r': '\r',
  '\r\n': '\r\n',
  '\\n': '\n',
  '\\r': '\r',
  '\\r\\n': '\r\n',
} as const;

const params = z.strictObject({
  src: ansibleText().describe('Template of the control side, looked for in `templates/`.'),
  dest: ansibleText().describe('Where it goes; a directory takes it under its own name.'),
  ...attributeParams,
  mode: modeParam('preserve')
    .optional()
    .describe('Permissions (`"0644"`, `u=rw,g=r`), or `preserve` for those of src.'),
  backup: ansibleBool().default(false).describe('Keep what was there under a name with the date.'),
  force: ansibleBool()
    .default(true)
    .describe('Replace a file whose content differs; else only make one that is not there.'),
  validate: validateParam(),
  follow: ansibleBool().default(false).describe('Where dest is a link, write what it leads to.'),
  newline_sequence: choice(['\n', '\r', '\r\n', '\\n', '\\r', '\\r\\n'])
    .default('\n')
    .describe('What ends lines.'),
  trim_blocks: ansibleBool().default(true).describe('Leave out the newline after a block.'),
  lstrip_blocks: ansibleBool().default(false).describe('Leave out the blanks before a block.'),
  block_start_string: ansibleText().default('{%').describe('What begins a block.'),
  block_end_string: ansibleText().default('%}').describe('What ends a block.'),
  variable_start_string: ansibleText().default('{{').describe('What begins an expression.'),
  variable_end_string: ansibleText().default('}}').describe('What ends an expression.'),
  comment_start_string: ansibleText().default('{#').describe('What begins a comment.'),
  comment_end_string: ansibleText().default('#}').describe('What ends a comment.'),
  output_encoding: choice(['utf-8', 'ascii', 'iso-8859-1', 'latin-1', 'utf-16-le'])
    .default('utf-8')
    .describe('Encoding of the file.'),
});

/** Renders templates to files of hosts. */
export default defineModule({
  name: 'template',
  collection: 'ansible.builtin',
  doc: 'Render a Jinja2 template of the control side to a file of the host.',
  params,
  aliases: attributeAliases,
  async read(params, host, control) {
    const [{ file, mode }, text] = await Promise.all([
      control.templateFile(params.src),
      control.template(params.src, templateOptions(params)),
    ]);
    const wanted = wantedEncoded(text, params.output_encoding, file);
    const [accounts, { directories, place }] = await Promise.all([
      readAccounts(params, host),
      readSingle({ ...params, name: file.slice(file.lastIndexOf('/') + 1) }, wanted, host),
    ]);
    const copied = { place, wanted, ...(params.mode === 'preserve' && { mode }) };
    return { accounts, directories, files: [copied], links: [], named: { src: file } };
  },
  plan: (params, now) => planCopy(params, now),
  steps: (change) => change.steps,
  result: (_params, _now, done) => backupResult(done),
});

type Params = z.infer<typeof params>;

function templateOptions(params: Params): TemplateOptions {
  return {
    trimBlocks: params.trim_blocks,
    lstripBlocks: params.lstrip_blocks,
    newlineSequence: NEWLINES[params.newline_sequence],
    variableStart: params.variable_start_string,
    variableEnd: params.variable_end_string,
    blockStart: params.block_start_string,
    blockEnd: params.block_end_string,
    commentStart: params.comment_start_string,
    commentEnd: params.comment_end_string,
    variables: { template_destpath: params.dest },
  };
}
