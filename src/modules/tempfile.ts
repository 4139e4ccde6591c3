import { z } from 'zod';
import { modeText } from '../lib/fileMode.ts';
import { defineModule } from '../module/define.ts';
import { hostPath } from '../module/hostPath.ts';
import { ansibleText, choice } from '../module/params.ts';
import { unknown } from '../module/plan.ts';
import type { RunStep } from '../module/step.ts';

const part = (what: string) =>
  ansibleText().refine(
    (text) => !text.includes('/'),
    `must be a part of a name, without a slash: it is the ${what}`,
  );

/** Makes a temporary file or directory. */
export default defineModule({
  name: 'tempfile',
  collection: 'ansible.builtin',
  doc: 'Make a temporary file or directory with a name that nobody else has; register it and use `path`.',
  params: z.strictObject({
    state: choice(['file', 'directory']).default('file').describe('What to make.'),
    path: ansibleText()
      .optional()
      .describe('Directory to make it in; the temporary directory where left out.'),
    prefix: part('beginning').default('ansible.').describe('What its name begins with.'),
    suffix: part('end').default('').describe('What its name ends with.'),
  }),
  volatile: true,
  async read({ path }, host) {
    const [me, directory] = await Promise.all([
      host.identity({}),
      path === undefined ? undefined : hostPath(path, host),
    ]);
    return { me, directory };
  },
  plan({ state, prefix, suffix }, { directory }) {
    const where = directory === undefined ? '--tmpdir' : `--tmpdir=${directory}`;
    const kind = state === 'directory' ? ['--directory'] : [];
    const step: RunStep = {
      kind: 'run',
      argv: ['mktemp', ...kind, where, `--suffix=${suffix}`, `${prefix}XXXXXXXX`],
      touches: directory === undefined ? [] : [directory],
    };
    const summary = `create a temporary ${state} in ${directory ?? 'the temporary directory'}`;
    return unknown('its name is not known before it is made', [{ summary, step }], { state });
  },
  steps: (change) => [change.step],
  result({ state }, { me }, [made]) {
    const { uid, gid, owner, group } = me;
    const mode = modeText(state === 'directory' ? 0o700 : 0o600);
    const path = made?.stdout.replace(/\n$/, '');
    return { path, state, uid, gid, owner, group, mode, size: state === 'directory' ? 4096 : 0 };
  },
});
