import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { readBytes } from '../module/fileBytes.ts';
import { hostPath } from '../module/hostPath.ts';
import { ansibleText } from '../module/params.ts';
import { failed, none } from '../module/plan.ts';

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
    const [stat, bytes] = await Promise.all([look, readBytes(path, look, host)]);
    return { path, type: stat?.type, content: bytes && Buffer.from(bytes).toString('base64') };
  },
  plan(_params, { path, type, content }) {
    if (type === undefined) return failed(`File not found: ${path}`);
    if (type === 'directory') return failed(`Source is a directory and must be a file: ${path}`);
    if (content === undefined) return failed(`Unable to slurp file: ${path} is a ${type}`);
    return none({ content, source: path, encoding: 'base64' });
  },
  steps: () => [],
});
