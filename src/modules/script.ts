import { z } from 'zod';
import { Secret } from '../lib/secret.ts';
import { shellQuote } from '../lib/shell.ts';
import { splitWords } from '../lib/shellSplit.ts';
import { type Control, defineModule } from '../module/define.ts';
import { globExists } from '../module/hostGlob.ts';
import { hostPath } from '../module/hostPath.ts';
import { ansibleBool, ansibleText } from '../module/params.ts';
import { unknown } from '../module/plan.ts';
import type { Reads } from '../module/reads.ts';
import type { RunStep } from '../module/step.ts';

const params = z.strictObject({
  cmd: ansibleText()
    .refine((cmd) => firstWord(cmd) !== undefined, 'must name a script, then its arguments')
    .describe('Script of the control side, looked for in `files/`, and its arguments as for a shell.'),
  creates: ansibleText()
    .optional()
    .describe('Do not run it where this path is there; `*` stands for any name.'),
  removes: ansibleText()
    .optional()
    .describe('Do not run it where this path is not there; `*` stands for any name.'),
  chdir: ansibleText()
    .refine((path) => path.startsWith('/'), 'must be an absolute path')
    .optional()
    .describe('Directory to run it in.'),
  executable: ansibleText()
    .optional()
    .describe('Program that runs it, in place of the one in its first line.'),
  decrypt: ansibleBool().default(true).describe('Decrypt it where it is a vault file.'),
});

type Params = z.infer<typeof params>;

/** Runs a script of the control side on the host. */
export default defineModule({
  name: 'script',
  collection: 'ansible.builtin',
  doc: 'Run a script of the control side on the host. It is there only as long as it runs.',
  params,
  freeForm: 'cmd',
  async read(params, host, control) {
    const { name } = firstWord(params.cmd)!;
    const [content, created, removed] = await Promise.all([
      scriptContent(name, params.decrypt, control),
      isThere(params.creates, host),
      isThere(params.removes, host),
    ]);
    return { content, created, removed };
  },
  plan(params, { content, created, removed }) {
    const { creates, removes, cmd } = params;
    if (created) return { changes: [], skipped: `${creates} exists, matching creates option` };
    if (removed === false)
      return { changes: [], skipped: `${removes} does not exist, matching removes option` };
    const step: RunStep = {
      kind: 'run',
      script: runText(params),
      stdin: content,
      ok: 'any',
      stream: true,
      title: cmd,
      ...(params.chdir !== undefined && { cwd: params.chdir }),
    };
    return unknown('what a script changes cannot be known without running it', [
      { summary: `run ${cmd}`, step },
    ]);
  },
  steps: (change) => [change.step],
  result(_params, _now, [done]) {
    if (!done) return {};
    const { rc, stdout, stderr } = done;
    return { rc, stdout, stderr, ...(rc !== 0 && { failed: true, msg: 'non-zero return code' }) };
  },
});

// The name of the script, and the arguments as they were written.
function firstWord(cmd: string): { name: string; rest: string } | undefined {
  try {
    const [first, second] = splitWords(cmd);
    return first && { name: first.text, rest: second ? cmd.slice(second.offset) : '' };
  } catch {
    return undefined;
  }
}

async function scriptContent(name: string, decrypt: boolean, control: Control): Promise<Uint8Array | Secret> {
  const { vault } = await control.file(name);
  return vault && decrypt ? new Secret(await control.text(name)) : control.bytes(name);
}

async function isThere(path: string | undefined, host: Reads): Promise<boolean | undefined> {
  return path === undefined ? undefined : globExists(await hostPath(path, host), host);
}

// The script comes by standard input, and lies in a folder that only its user may enter while it runs.
function runText({ cmd, executable }: Params): string {
  const { name, rest } = firstWord(cmd)!;
  const file = `"$d"/${shellQuote(name.slice(name.lastIndexOf('/') + 1))}`;
  return [
    'd=$(mktemp -d) || exit 1',
    `trap 'rm -rf "$d"' EXIT`,
    `trap 'exit 143' HUP INT TERM`,
    `cat >${file} && chmod 700 ${file} || exit 1`,
    [executable, file, rest, '</dev/null'].filter((part) => part).join(' '),
  ].join('\n');
}
