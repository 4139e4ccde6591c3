import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { hostPath } from '../module/hostPath.ts';
import { ansibleBool, ansibleText, choice } from '../module/params.ts';
import { none, UnknownAnswer } from '../module/plan.ts';
import type { FileKind, Reads, Stat } from '../module/reads.ts';
import { flagsResult, statResult } from '../module/statResult.ts';

const UNTOLD: FileKind = {};

/** Tells what lies at a path. */
export default defineModule({
  name: 'stat',
  collection: 'ansible.builtin',
  doc: 'Tell what lies at a path: type, size, owner, permissions, times, checksum. Register it, and look at `stat`.',
  params: z.strictObject({
    path: ansibleText().describe('The path to look at.'),
    follow: ansibleBool().default(false).describe('Look at what a link leads to.'),
    get_checksum: ansibleBool().default(true).describe('Tell the checksum of a file.'),
    checksum_algorithm: choice(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'])
      .default('sha1')
      .describe('Which checksum.'),
    get_mime: ansibleBool()
      .default(true)
      .describe('Tell the kind of content, where the host has the program `file`.'),
    get_attributes: ansibleBool().default(true).describe('Tell the flags, where the host has `lsattr`.'),
  }),
  aliases: {
    dest: 'path',
    name: 'path',
    checksum: 'checksum_algorithm',
    checksum_algo: 'checksum_algorithm',
    mime: 'get_mime',
    mime_type: 'get_mime',
    'mime-type': 'get_mime',
    attr: 'get_attributes',
    attributes: 'get_attributes',
  },
  async read(params, host) {
    const path = await hostPath(params.path, host);
    const asksKind = params.get_mime || params.get_attributes;
    const [stat, sum, me, kind] = await Promise.all([
      host.stat({ path, ...(params.follow && { follow: true }) }),
      params.get_checksum ? host.checksum({ path, algorithm: params.checksum_algorithm }) : undefined,
      host.identity({}),
      asksKind ? knownKind(path, host) : UNTOLD,
    ]);
    return { stat, sum, me, kind, ...(await linkEnd(stat, host)) };
  },
  plan(params, { stat, sum, me, kind, source, target }) {
    if (!stat) return none({ stat: { exists: false } });
    const checksum = stat.type === 'file' && sum !== undefined ? { checksum: sum } : {};
    const link = stat.type === 'link' ? { lnk_source: source, lnk_target: stat.target } : {};
    const mime = { mimetype: kind.mimetype ?? 'unknown', charset: kind.charset ?? 'unknown' };
    const found = { ...statResult(stat, me, target), ...link, ...checksum };
    return none({
      stat: { ...found, ...(params.get_mime && mime), ...(params.get_attributes && flagsResult(kind)) },
    });
  },
  steps: () => [],
});

// Of a file that is only planned nobody can tell the kind; all else about it is known.
async function knownKind(path: string, host: Reads): Promise<FileKind> {
  try {
    return await host.fileKind({ path });
  } catch (error) {
    if (error instanceof UnknownAnswer) return UNTOLD;
    throw error;
  }
}

// Where a link leads to, and what is there.
async function linkEnd(
  stat: Stat | undefined,
  host: Reads,
): Promise<{ source?: string | undefined; target?: Stat | undefined }> {
  if (stat?.type !== 'link') return {};
  const { path } = stat;
  const [source, target] = await Promise.all([host.realpath({ path }), host.stat({ path, follow: true })]);
  return { source, target };
}
