import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { firstError, okTasks, recordedCalls, writePrograms } from './programs.ts';
import { passes } from './results.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotte-programs-'));
  mkdirSync(join(folder, 'calls'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('programs pass on what is behind them says, and note it', () => {
  const said = 'printf \'%s|\' "$@"; echo; echo aside >&2; exit 3';
  writePrograms(join(folder, 'bin'), { play: ['sh', '-c', said, 'sh'] });
  const env = { ...process.env, CALLS: join(folder, 'calls') };
  const came = spawnSync(join(folder, 'bin', 'play'), ['a b', '-v'], { env, encoding: 'utf8' });
  expect(came).toMatchObject({ status: 3, stdout: 'a b|-v|\n', stderr: 'aside\n' });
  expect(recordedCalls(join(folder, 'calls'))).toEqual([
    { command: 'play a\\ b -v', stdout: 'a b|-v|\n', stderr: 'aside\n' },
  ]);
});

const call = (stdout: string, stderr = '') => ({ command: 'play', stdout, stderr });

test('ok tasks are counted over all hosts of all calls', () => {
  const recap =
    'a    : ok=3    changed=1    unreachable=0    failed=0\n\x1b[32mb\x1b[0m : \x1b[32mok=4   \x1b[0m changed=0    unreachable=0 \n';
  expect(okTasks([call(recap), call('"msg": "ok=9"'), call(recap)])).toBe(14);
});

test('the first error is that of the last call', () => {
  expect(firstError([call('fatal: [a]: FAILED!'), call('ok\n', 'ERROR! no\nmore\nthird')])).toBe(
    'ERROR! no more',
  );
  expect(firstError([call('fine')])).toBeUndefined();
});

test('a target passes when it ends well and reaches what ansible-core does', () => {
  const outcome = (exitCode: number, ok: number) => ({ exitCode, ok, seconds: 1 });
  expect(passes({ real: outcome(0, 5), ours: outcome(0, 5) })).toBe(true);
  expect(passes({ real: outcome(0, 5), ours: outcome(0, 4) })).toBe(false);
  expect(passes({ real: outcome(0, 5), ours: outcome(1, 5) })).toBe(false);
});
