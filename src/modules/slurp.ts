import { z } from 'zod';
import { absence, mayRead } from '../module/access.ts';
import { defineModule } from '../module/define.ts';
import { readBytes } from '../module/fileBytes.ts';
import { hostPath } from '../module/hostPath.ts';
import { ansibleText } from '../module/params.ts';
import { failed, none, TaskFailure } from '../module/plan.ts';
import type { Reads, Stat } from '../module/reads.ts';

/** Hands over the content of a file of the host. */
export default defineModule({
  name: 'slurp',
  collection: 'ansible.builtin',
  doc: 'Hand over the content of a file of the host, in base64: register it and use `content | b64decode`.',
  params: z.strictObject({
    src: ansibleText().describe('The file to read.'),
  }),
  aliases: { path: 'src' },
  async read({ src }, host) {
    const path = await hostPath(src, host);
    const look = host.stat({ path, follow: true });
    const [stat, bytes] = await Promise.all([look, readBytes(path, look, host).catch(asProblem)]);
    const obstacle = bytes instanceof Uint8Array ? undefined : await obstacleTo(path, stat, host);
    return { path, obstacle, content: bytes && Buffer.from(bytes).toString('base64') };
  },
  plan(_params, { path, obstacle, content }) {
    if (obstacle !== undefined) return failed(obstacle);
    return none({ content, source: path, encoding: 'base64' });
  },
  steps: () => [],
});

function asProblem(error: unknown): undefined {
  if (!(error instanceof TaskFailure)) throw error;
}

// Why a file's content cannot be had, as Ansible says it.
async function obstacleTo(path: string, stat: Stat | undefined, host: Reads): Promise<string> {
  if (!stat) {
    const why = await absence(path, host);
    if (why === 'denied') return `file is not readable: ${path}`;
    return why === 'missing' ? `file not found: ${path}` : `unable to slurp file: ${path}: Not a directory`;
  }
  if (stat.type !== 'file' && stat.type !== 'directory')
    return `unable to slurp file: ${path} is a ${stat.type}`;
  const me = await host.identity({});
  if (stat.type === 'file' || !mayRead(stat, me)) return `file is not readable: ${path}`;
  return `source is a directory and must be a file: ${path}`;
}
