import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/cli/config.ts';
import { asksWhileRunning, describeIntention, mayChange } from '../../../src/cli/confirm.ts';
import { readExtraVars } from '../../../src/cli/extraVars.ts';
import { withMainNames } from '../../../src/cli/options.ts';
import { givenPasswords } from '../../../src/cli/passwords.ts';
import { outputOf } from '../../../src/cli/reports.ts';
import { runOptionsOf } from '../../../src/cli/runOptions.ts';
import type { Play } from '../../../src/playbook/model.ts';
import { aTerminal } from './terminal.ts';

let cwd: string;
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'flotte-options-')));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const settings = (env: Record<string, string> = {}) => loadConfig({ env, cwd, home: cwd }).settings;
const flags = { verbose: 0, journal: true };

describe('how a run goes', () => {
  test('without flags and settings, ssh_config has the say over connections', () => {
    const { connection, become, check, forks } = runOptionsOf(flags, settings(), {});
    expect(connection).toEqual({ connection: 'ssh' });
    expect(become).toEqual({ become: false, user: 'root', method: 'sudo' });
    expect([check, forks]).toEqual([false, 32]);
  });

  test('flags are stronger than the settings', () => {
    const env = {
      ANSIBLE_FORKS: '3',
      ANSIBLE_REMOTE_USER: 'a',
      ANSIBLE_TIMEOUT: '9',
      ANSIBLE_RUN_TAGS: 'x,y',
    };
    expect(runOptionsOf(flags, settings(env), {})).toMatchObject({
      forks: 3,
      tags: ['x', 'y'],
      connection: { user: 'a', timeout: 9 },
    });
    const given = { ...flags, forks: 4, user: 'b', timeout: 8, tags: ['z'] };
    expect(runOptionsOf(given, settings(env), {})).toMatchObject({
      forks: 4,
      tags: ['z'],
      connection: { user: 'b', timeout: 8 },
    });
  });
});

describe('passwords', () => {
  test('come from files and programs', async () => {
    writeFileSync(join(cwd, 'login'), 'open sesame\n');
    writeFileSync(join(cwd, 'sudo'), '#!/bin/sh\necho from a program\n');
    chmodSync(join(cwd, 'sudo'), 0o755);
    const given = { connectionPasswordFile: 'login', becomePasswordFile: 'sudo' };
    const { connection, become } = await givenPasswords(given, settings(), aTerminal({ cwd }));
    expect(connection?.reveal()).toBe('open sesame');
    expect(become?.reveal()).toBe('from a program');
  });

  test('an empty file and a failing program are errors', async () => {
    writeFileSync(join(cwd, 'empty'), '\n');
    writeFileSync(join(cwd, 'failing'), '#!/bin/sh\nexit 3\n');
    chmodSync(join(cwd, 'failing'), 0o755);
    const from = (file: string) =>
      givenPasswords({ connectionPasswordFile: file }, settings(), aTerminal({ cwd }));
    await expect(from('empty')).rejects.toThrow('holds no password');
    await expect(from('failing')).rejects.toThrow('it exited with 3');
  });
});

describe('-e', () => {
  const read = (given: string) => readExtraVars(given, cwd, (text) => text.replace('secret', 'open'));

  test('takes pairs, JSON, YAML and files', () => {
    expect(read('a=1 b="two words"').values).toEqual({ a: '1', b: 'two words' });
    expect(read('{"a": 1, "b": [true]}').values).toEqual({ a: 1, b: [true] });
    expect(read('{a: yes}').values).toEqual({ a: true });
    writeFileSync(join(cwd, 'vars.yml'), 'a: secret\n');
    expect(read('@vars.yml')).toEqual({ values: { a: 'open' }, origin: join(cwd, 'vars.yml') });
  });

  test('a list is no map of variables', () => {
    expect(() => read('[1, 2]')).toThrow('a map of names and values');
  });
});

test("Ansible's second names of flags become the main ones, but not behind --", () => {
  expect(withMainNames(['--key-file=x', '--inventory-file', 'y', '--', '--key-file'])).toEqual([
    '--private-key=x',
    '--inventory',
    'y',
    '--',
    '--key-file',
  ]);
});

test('the form of output suits whoever reads it', () => {
  const watched = aTerminal();
  Object.assign(watched.stdout, { isTTY: true });
  expect(outputOf(flags, settings(), watched, 'none')).toBe('live');
  expect(outputOf(flags, settings(), watched, 'questions')).toBe('lines');
  expect(outputOf(flags, settings(), { ...watched, env: { TERM: 'dumb' } }, 'none')).toBe('lines');
  expect(outputOf(flags, settings(), aTerminal(), 'none')).toBe('lines');
  expect(outputOf(flags, settings({ ANSIBLE_STDOUT_CALLBACK: 'json' }), watched, 'none')).toBe('json');
  expect(outputOf({ ...flags, output: 'ansible' }, settings(), watched, 'none')).toBe('ansible');
});

describe('what is asked before a run', () => {
  const play = (...tasks: { name: string; args?: Record<string, unknown> }[]) =>
    ({
      preTasks: [],
      tasks: tasks.map(({ name, args = {} }) => ({ kind: 'task', module: { name }, args })),
      postTasks: [],
      handlers: [],
    }) as unknown as Play;

  test('only plays that may change something need a question', () => {
    expect(mayChange([play({ name: 'stat' }, { name: 'debug' }, { name: 'uri' })])).toBe(false);
    expect(mayChange([play({ name: 'stat' }), play({ name: 'file' })])).toBe(true);
    expect(mayChange([play({ name: 'uri', args: { method: 'POST' } })])).toBe(true);
    expect(mayChange([play({ name: 'include_tasks' })])).toBe(true);
  });

  test('a pause without a time asks in the middle of the run', () => {
    expect(asksWhileRunning([play({ name: 'pause', args: { prompt: 'Go on?' } })])).toBe(true);
    expect(asksWhileRunning([play({ name: 'pause', args: { seconds: 3 } }, { name: 'debug' })])).toBe(false);
  });

  test('it says what will happen', () => {
    const hosts = Array.from({ length: 20 }, (_, i) => `web${i + 1}`);
    const text = describeIntention({
      playbooks: ['site.yml'],
      plays: [
        { name: 'Web', hosts, tasks: 4 },
        { name: 'Nobody', hosts: [], tasks: 1 },
      ],
      check: false,
      tags: ['apache'],
    });
    expect(text.split('\n')).toEqual([
      expect.stringMatching(/^site\.yml changes 20 hosts \(tags apache\): web1, .*web12 and 8 more$/),
      '  Web: 4 tasks on 20 hosts',
    ]);
  });
});
