import { z } from 'zod';
import { bringSteps, readArchive } from '../module/archiveSource.ts';
import { defineModule } from '../module/define.ts';
import { attributeAliases, attributeParams, fileResult, readAccounts } from '../module/fileAttributes.ts';
import { globExists } from '../module/hostGlob.ts';
import { hostPath } from '../module/hostPath.ts';
import { ansibleBool, ansibleInt, ansibleText, listOf } from '../module/params.ts';
import { type Change, failed, unknown } from '../module/plan.ts';
import type { RunStep, Step } from '../module/step.ts';
import { handlerOf, parseUnpacked, unpackScript } from '../module/unpack.ts';

const params = z
  .strictObject({
    src: ansibleText().describe('The archive: a file of the control side, looked for in `files/`.'),
    dest: ansibleText().describe('Directory to unpack it in; it must be there.'),
    remote_src: ansibleBool()
      .optional()
      .describe('Take src from the host itself, or download it where it is a URL.'),
    copy: ansibleBool().optional().describe('The opposite of remote_src, as it was called before.'),
    creates: ansibleText()
      .optional()
      .describe('Do nothing where this path is there; `*` stands for any name.'),
    include: listOf(ansibleText()).default([]).describe('Unpack only these.'),
    exclude: listOf(ansibleText()).default([]).describe('Unpack all but these.'),
    keep_newer: ansibleBool()
      .default(false)
      .describe('Leave files alone that are newer than those in the archive.'),
    list_files: ansibleBool().default(false).describe('Tell the names in the archive.'),
    extra_opts: listOf(ansibleText()).default([]).describe('More options for tar or unzip.'),
    decrypt: ansibleBool().default(true).describe('Decrypt src where it is a vault file.'),
    validate_certs: ansibleBool().default(true).describe('Refuse certificates that cannot be trusted.'),
    io_buffer_size: ansibleInt().default(65536).describe('Taken for compatibility, without effect.'),
    ...attributeParams,
  })
  .refine(
    (one) => one.include.length === 0 || one.exclude.length === 0,
    'include and exclude exclude each other',
  )
  .refine(
    (one) => one.copy === undefined || one.remote_src === undefined,
    'unarchive takes remote_src or copy, not both',
  );

interface UnpackChange extends Change {
  steps: Step[];
}

/** Unpacks an archive. */
export default defineModule({
  name: 'unarchive',
  collection: 'ansible.builtin',
  doc: 'Unpack an archive (tar in any compression, zip) on the host, where it differs from what is there.',
  params,
  aliases: attributeAliases,
  async read(params, host, control) {
    const dest = await hostPath(params.dest, host);
    const [directory, created, source] = await Promise.all([
      host.stat({ path: dest, follow: true }),
      params.creates === undefined ? false : globExists(await hostPath(params.creates, host), host),
      readArchive(params, dest, host, control),
      readAccounts(params, host),
    ]);
    return { dest, directory, created, ...source };
  },
  plan(params, { dest, directory, created, archive, bring }) {
    const named = { dest, src: params.src, handler: handlerOf(archive) };
    if (created) return { changes: [], skipped: `skipped, since ${params.creates} exists`, result: named };
    if (directory?.type !== 'directory')
      return failed(`Destination '${params.dest}' is not a directory`, named);
    const run: RunStep = {
      kind: 'run',
      script: unpackScript({
        archive,
        dest,
        include: params.include,
        exclude: params.exclude,
        owner: params.owner,
        group: params.group,
        keepNewer: params.keep_newer,
        options: params.extra_opts,
        mode: typeof params.mode === 'number' ? params.mode.toString(8) : params.mode,
      }),
      env: { LC_ALL: 'C.UTF-8' },
      title: `unpack ${params.src}`,
      // What was brought has to go again, whatever became of it.
      ...(bring && { ok: 'any' as const }),
      touches: [dest],
    };
    const steps = [
      ...bringSteps(bring, archive, params.validate_certs),
      run,
      ...(bring ? [{ kind: 'remove' as const, path: archive }] : []),
    ];
    const change: UnpackChange = { summary: `unpack ${params.src} in ${dest}, where it differs`, steps };
    const why = 'what differs from the archive is not known before it is compared on the host';
    return unknown(why, [change], { ...named, ...fileResult(directory) });
  },
  steps: (change) => change.steps,
  result({ list_files }, _now, done) {
    const run = done.find(({ step }) => step.kind === 'run' && step.title?.startsWith('unpack '));
    if (!run) return {};
    const results = { rc: run.rc, out: run.stdout, err: run.stderr };
    if (run.rc !== 0)
      return { failed: true, msg: `failed to unpack: ${run.stderr.trim()}`, extract_results: results };
    const { changed, files } = parseUnpacked(run.stdout);
    return { changed, extract_results: results, ...(list_files && { files }) };
  },
});
