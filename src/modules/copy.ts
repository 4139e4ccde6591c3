import { z } from 'zod';
import { planCopy } from '../module/copyPlan.ts';
import { readControlCopy, readControlTree, readSingle } from '../module/copyRead.ts';
import { readRemoteCopy } from '../module/copyRemote.ts';
import { defineModule } from '../module/define.ts';
import { attributeAliases, attributeParams, readAccounts } from '../module/fileAttributes.ts';
import { backupResult } from '../module/fileContent.ts';
import { ansibleBool, ansibleText, modeParam, rawValue } from '../module/params.ts';
import { validateParam } from '../module/textEdit.ts';
import { wantedValue } from '../module/wantedFile.ts';

const params = z
  .strictObject({
    dest: ansibleText().describe(
      'Where it goes. A directory, or what ends with a slash, takes it under its own name.',
    ),
    src: ansibleText()
      .optional()
      .describe(
        'File or directory, looked for in `files/`; a directory with a slash at its end stands for what is in it.',
      ),
    content: rawValue()
      .optional()
      .describe('The content itself, in place of src; dictionaries and lists become JSON.'),
    ...attributeParams,
    mode: modeParam('preserve')
      .optional()
      .describe('Permissions (`"0644"`, `u=rw,g=r`), or `preserve` for those of src.'),
    directory_mode: modeParam().optional().describe('Permissions of directories that are made.'),
    remote_src: ansibleBool().default(false).describe('Take src from the host itself.'),
    force: ansibleBool()
      .default(true)
      .describe('Replace a file whose content differs; else only make one that is not there.'),
    backup: ansibleBool().default(false).describe('Keep what was there under a name with the date.'),
    validate: validateParam(),
    follow: ansibleBool().default(false).describe('Where dest is a link, write what it leads to.'),
    local_follow: ansibleBool()
      .refine((follows) => follows, 'cannot be off: links of the control side are always followed')
      .default(true)
      .describe('Follow links of the control side; always so.'),
    decrypt: ansibleBool().default(true).describe('Decrypt src where it is a vault file.'),
    checksum: ansibleText().optional().describe('SHA-1 that src must have.'),
  })
  .refine(({ src, content }) => src || content !== undefined, 'copy needs src or content')
  .refine(({ src, content }) => !src || content === undefined, 'copy takes src or content, not both')
  .refine(
    ({ content, dest }) => content === undefined || !dest.endsWith('/'),
    'can not use content with a dir as dest',
  );

/** Copies files to hosts. */
export default defineModule({
  name: 'copy',
  collection: 'ansible.builtin',
  doc: 'Copy a file or a directory to the host, or write a text into a file there. Use `template` for what has variables in it.',
  params,
  aliases: attributeAliases,
  async read({ src = '', ...given }, host, control) {
    const params = { ...given, src };
    if (params.content === undefined) {
      if (params.remote_src) return readRemoteCopy(params, host);
      const kind = await control.kind(src);
      return kind === 'directory'
        ? readControlTree(params, host, control)
        : readControlCopy(params, host, control);
    }
    const wanted = wantedValue(params.content, 'content');
    const [accounts, { directories, place }] = await Promise.all([
      readAccounts(params, host),
      readSingle({ ...params, name: undefined }, wanted, host),
    ]);
    return { accounts, directories, files: [{ place, wanted }], links: [], named: {} };
  },
  plan: (params, now) => planCopy(params, now),
  steps: (change) => change.steps,
  result: (_params, _now, done) => backupResult(done),
});
