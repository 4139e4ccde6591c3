import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Step } from '../../../src/module/step.ts';
import { openHost, type RemoteHost } from '../../../src/remote/host.ts';
import { jobSteps } from '../../../src/remote/job.ts';
import { connectShell, eventually, missing, shells, type TestConnection } from './localConnection.ts';

vi.setConfig({ testTimeout: 30_000 });

describe.each(shells.map((shell) => ({ shell, reason: missing(shell) })))(
  'a job on $shell',
  ({ shell, reason }) => {
    let folder: string;
    let connection: TestConnection;
    let host: RemoteHost;
    let file: string;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'flotte-job-'));
      file = join(folder, 'jobs', 'j1.2');
      connection = connectShell(reason ? 'dash' : shell);
      host = openHost(connection);
    });
    afterEach(async () => {
      await host.close();
      connection.cleanUp();
      rmSync(folder, { recursive: true, force: true });
    });

    const start = (steps: Step[], seconds = 20): Promise<unknown> =>
      host.perform(
        jobSteps({ file, steps, seconds, environment: { COLOUR: 'red' }, members: '"cmd": "it"' }),
      );
    const told = (): Record<string, unknown> => JSON.parse(readFileSync(file, 'utf8'));
    const finished = (): Promise<boolean> => eventually(() => existsSync(file) && told().finished === true);

    it.skipIf(reason)('comes back at once, and says all in the end', async () => {
      const odd = 'a"b\\\\c\\te\\033[1m\\001\\n\\n';
      await start([
        { kind: 'run', script: `sleep 1; printf '${odd}'; printf 'ü%s' "$COLOUR" >&2; exit 3`, ok: 'any' },
        { kind: 'run', argv: ['cat'], stdin: 'in\0put' },
      ]);
      expect(told()).toEqual({ started: true, finished: false, ansible_job_id: 'j1.2' });
      expect(statSync(file).mode & 0o777).toBe(0o600);
      await finished();
      const first = { rc: 3, stdout: 'a"b\\c\te\u001b[1m\u0001\n\n', stderr: 'üred' };
      const second = { rc: 0, stdout: 'input', stderr: '' };
      expect(told()).toMatchObject({ cmd: 'it', steps: [first, second], ...second });
      await eventually(() => readdirSync(join(folder, 'jobs')).join() === 'j1.2');
    });

    it.skipIf(reason)('goes on when the connection is lost', async () => {
      await start([{ kind: 'run', script: `sleep 2; : >${folder}/done` }]);
      connection.lose();
      await eventually(() => existsSync(join(folder, 'done')));
      await finished();
    });

    it.skipIf(reason)('stops at the first step that fails', async () => {
      await start([
        { kind: 'run', argv: ['false'] },
        { kind: 'put', path: join(folder, 'later'), content: 'x' },
      ]);
      await finished();
      expect(told().steps).toHaveLength(1);
      expect(existsSync(join(folder, 'later'))).toBe(false);
    });

    it.skipIf(reason)('is killed at its limit, with all it started', async () => {
      await start([{ kind: 'run', script: `(sleep 4; : >${folder}/late) & wait` }], 1);
      await finished();
      expect(told()).toMatchObject({ late: true, failed: true, msg: 'Timeout exceeded', steps: [] });
      await new Promise((resolve) => setTimeout(resolve, 4000));
      expect(existsSync(join(folder, 'late'))).toBe(false);
    });
  },
);
