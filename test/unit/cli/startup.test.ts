import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

// Tells its own CPU time when it ends; standard error is ours then.
const MEASURE =
  'data:text/javascript,process.on("exit",()=>process.stderr.write(JSON.stringify(process.cpuUsage())))';

function started(flag: string): { stdout: string; milliseconds: number } {
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', MEASURE, main, flag], {
    encoding: 'utf8',
  });
  const { user, system } = JSON.parse(stderr) as { user: number; system: number };
  return { stdout, milliseconds: (user + system) / 1000 };
}

describe.skipIf(!existsSync(main))('the built program starts fast', () => {
  // The least of several: other work on the machine only adds.
  test.each(['--help', '--version'])('%s takes less than 150 ms of CPU', (flag) => {
    const runs = Array.from({ length: 5 }, () => started(flag).milliseconds);
    expect(Math.min(...runs)).toBeLessThan(150);
  });

  test('all of it comes out of one file, with a compiled form that this Node.js takes', () => {
    const bundled = (name: string) => fileURLToPath(new URL(`../../../dist/bundle/${name}`, import.meta.url));
    const [code, compiled] = [bundled('flotte.cjs'), bundled('flotte.v8')];
    const mark = readFileSync(code, 'latin1').slice(0, 42);
    expect(mark).toMatch(/^\/\/[0-9a-f]{40}\n?$/);
    started('--help');
    expect(readFileSync(compiled, 'latin1').slice(0, 42)).toBe(mark);
    const { ino } = statSync(compiled);
    started('--help');
    // One that was refused would have been written anew.
    expect(statSync(compiled).ino).toBe(ino);
  });

  test('it tells the version of the package', () => {
    const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
    expect(started('--version').stdout).toBe(
      `flotte ${(JSON.parse(manifest) as { version: string }).version}\n`,
    );
  });
});
