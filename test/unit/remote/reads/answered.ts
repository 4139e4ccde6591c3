import { spawnSync } from 'node:child_process';
import type { Reads } from '../../../../src/module/reads.ts';
import type { Answered, Primitive } from '../../../../src/remote/primitive.ts';

/** What a host's output looks like to `parse`. */
export function answered(stdout: string, stderr = '', rc = 0): Answered {
  return { rc, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) };
}

/** Asks this machine, by a shell of it. */
export function askHere<N extends keyof Reads>(
  primitive: Primitive<N>,
  asked: Parameters<Reads[N]>[0][],
  { shell = 'sh', env = {} }: { shell?: string; env?: Record<string, string> } = {},
) {
  const { status, stdout, stderr } = spawnSync(shell, ['-c', primitive.script(asked)], {
    cwd: '/',
    env: { ...process.env, LC_ALL: 'C', ...env },
    input: primitive.stdin?.(asked) ?? '',
  });
  return primitive.parse({ rc: status ?? -1, stdout, stderr }, asked);
}
