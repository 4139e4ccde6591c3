import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { localTime } from '../../../../src/remote/reads/localTime.ts';

const asked = [{ time: '2024-07-01 12:00:00' }, { time: 'nonsense' }, { time: '2024-01-01 12:00:00' }];

describe('localTime', () => {
  it('tells the seconds for each time asked, with summer time where the host has it', () => {
    const env = { ...process.env, TZ: 'CET-1CEST,M3.5.0,M10.5.0/3', LC_ALL: 'C' };
    const stdout = execFileSync('sh', ['-c', localTime.script(asked)], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(localTime.parse({ rc: 0, stdout, stderr: Buffer.alloc(0) }, asked)).toEqual([
      1719828000,
      undefined,
      1704106800,
    ]);
  });
});
