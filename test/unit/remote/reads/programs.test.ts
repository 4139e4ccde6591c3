import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executable } from '../../../../src/remote/reads/executable.ts';
import { pipDryRun } from '../../../../src/remote/reads/pipDryRun.ts';
import { pipList } from '../../../../src/remote/reads/pipList.ts';
import { answered, askHere } from './answered.ts';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'programs '));
  program('bin/tool');
  program("sbin/it's");
  mkdirSync(join(root, 'bin/folder'));
  writeFileSync(join(root, 'bin/plain'), '');

  program('base/bin/python3.11');
  symlinkSync('python3.11', join(root, 'base/bin/python3'));
  metadata('base/lib/python3.11/site-packages', 'pip-23.0.1.dist-info', 'Shared-1.0.dist-info');
  program('venv/bin/python');
  writeFileSync(
    join(root, 'venv/pyvenv.cfg'),
    `home = ${root}/base/bin\ninclude-system-site-packages = true\n`,
  );
  metadata(
    'venv/lib/python3.11/site-packages',
    'Flask_Login-0.6.3.dist-info',
    '~lask-1.0.dist-info',
    'shared-2.0.dist-info',
  );
  metadata('venv/lib/python3.11/site-packages', 'zope.interface-5.0-py3.11.egg-info', 'mine.egg-info');
  const info = join(root, 'venv/lib/python3.11/site-packages/mine.egg-info/PKG-INFO');
  writeFileSync(info, 'Metadata-Version: 2.1\nName: mine\nVersion: 0.1.dev3\n\nVersion: 9\n');
});

afterAll(() => rmSync(root, { recursive: true }));

describe.each(['dash', 'bash'])('by %s', (shell) => {
  it('finds programs on the path, and only programs', () => {
    const asked = ['tool', "it's", 'folder', 'plain', 'none', `${root}/bin/tool`].map((name) => ({ name }));
    const found = askHere(executable, asked, {
      shell,
      env: { PATH: `${root}/bin:${root}/sbin:${process.env.PATH}` },
    });
    const tool = `${root}/bin/tool`;
    expect(found).toEqual([tool, `${root}/sbin/it's`, undefined, undefined, undefined, tool]);
  });

  it('lists an environment with what it shares, the nearer one first', () => {
    const asked = ['venv/bin/python', 'base/bin/python3', 'none/bin/python'].map((path) => ({
      python: join(root, path),
    }));
    expect(askHere(pipList, asked, { shell, env: { HOME: root } })).toEqual([
      { 'flask-login': '0.6.3', shared: '2.0', 'zope-interface': '5.0', mine: '0.1.dev3', pip: '23.0.1' },
      { pip: '23.0.1', shared: '1.0' },
      undefined,
    ]);
  });
});

describe('pipDryRun', () => {
  const asked = [{ python: '/venv/bin/python', args: ['flask'] }];

  it('reads the report', () => {
    const report = {
      version: '1',
      install: [
        { metadata: { name: 'Flask', version: '3.1.2' } },
        { metadata: { name: 'click', version: '8.3.0' } },
      ],
    };
    expect(pipDryRun.parse(answered(JSON.stringify(report)), asked)).toMatchObject([
      {
        rc: 0,
        install: [
          { name: 'Flask', version: '3.1.2' },
          { name: 'click', version: '8.3.0' },
        ],
      },
    ]);
  });

  it('tells what pip complained about', () => {
    const [answer] = pipDryRun.parse(answered('', 'ERROR: No matching distribution found for x\n', 1), asked);
    expect(answer).toMatchObject({
      rc: 1,
      install: [],
      stderr: 'ERROR: No matching distribution found for x\n',
    });
  });

  it('leaves nothing of its folder behind', () => {
    const home = mkdtempSync(join(root, 'tmp-'));
    const [answer] = askHere(pipDryRun, [{ python: join(root, 'bin/tool'), args: [] }], {
      env: { TMPDIR: home },
    });
    expect(answer).toMatchObject({ rc: 3 });
    expect(readdirSync(home)).toEqual([]);
  });
});

function program(path: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), '#!/bin/sh\nexit 3\n');
  chmodSync(join(root, path), 0o755);
}

function metadata(folder: string, ...names: string[]): void {
  for (const name of names) mkdirSync(join(root, folder, name), { recursive: true });
}
