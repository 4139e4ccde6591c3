import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { explainError } from '../../../src/cli/errors.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { aTerminal, type FakeTerminal } from './terminal.ts';

// The first command that is used loads most of the program.
vi.setConfig({ testTimeout: 30_000 });

let cwd: string;
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'flotte-cli-')));
  writeFileSync(
    join(cwd, 'hosts'),
    '[web]\nweb[1:2] ansible_connection=local\n[db]\ndb1 ansible_connection=local\n',
  );
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

interface Came {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a command line as main.ts does, in the test's own folder. */
async function flotte(argv: string[], terminal: FakeTerminal = aTerminal({ cwd, home: cwd })): Promise<Came> {
  try {
    const exitCode = await runProgram(argv, terminal);
    return { exitCode, ...terminal.written };
  } catch (error) {
    const ended = explainError(error, false);
    return { exitCode: ended.exitCode, stdout: terminal.written.stdout, stderr: ended.text };
  }
}

function playbook(name: string, text: string): string {
  const file = join(cwd, name);
  writeFileSync(file, text);
  return file;
}

const TOUCH = `
- name: Make a folder
  hosts: all
  gather_facts: false
  tasks:
    - name: folder
      file: path=${'{{ base }}'}/made-{{ inventory_hostname }} state=directory
      tags: [folder]
    - name: hello
      debug: msg="hello {{ inventory_hostname }}"
`;

describe('flotte run', () => {
  const arguments_ = () => ['run', playbook('site.yml', TOUCH), '-i', 'hosts', '-e', `base=${cwd}`];

  test('runs a playbook, tells it in lines and keeps a journal', async () => {
    const first = await flotte([...arguments_(), '-l', 'web']);
    expect(first.exitCode).toBe(0);
    expect(first.stdout).toMatch(/^web1 \| changed \| folder \| create directory .*made-web1/m);
    expect(first.stdout).toContain('web2 | ok | hello | hello web2');
    expect(first.stdout).toMatch(/^web1 : ok=2 changed=1 /m);
    expect(existsSync(join(cwd, 'made-web2'))).toBe(true);
    expect(existsSync(join(cwd, 'made-db1'))).toBe(false);
    expect(existsSync(join(cwd, '.flotte', 'runs'))).toBe(true);
    const second = await flotte([...arguments_(), '-l', 'web']);
    expect(second.stdout).toMatch(/^web1 : ok=2 changed=0 /m);
  });

  test('changes nothing in check mode', async () => {
    const { stdout, exitCode } = await flotte([...arguments_(), '-C', '--no-journal']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('3 hosts would change: web1, web2, db1');
    expect(existsSync(join(cwd, 'made-db1'))).toBe(false);
    expect(existsSync(join(cwd, '.flotte'))).toBe(false);
  });

  test('lists hosts and tasks without running', async () => {
    const { stdout } = await flotte([...arguments_(), '--list-hosts', '--list-tasks', '-t', 'folder']);
    expect(stdout).toContain('play #1 (all): Make a folder');
    expect(stdout).toMatch(/hosts \(3\):\n {6}web1\n {6}web2\n {6}db1\n/);
    expect(stdout).toContain('folder\tTAGS: [folder]');
    expect(stdout).not.toContain('hello');
    expect(existsSync(join(cwd, 'made-db1'))).toBe(false);
  });

  test('gives JSON alone on standard output', async () => {
    const { stdout } = await flotte([...arguments_(), '--output', 'json', '-l', 'db1']);
    const document = JSON.parse(stdout);
    expect(document.stats.db1).toMatchObject({ ok: 2, changed: 1, failures: 0 });
    expect(document.run.version).toMatch(/^\d+\.\d+\.\d+/);
  });

  test('a failed task is exit code 2, a host out of reach 4, and a retry file names it', async () => {
    const fail = playbook('fail.yml', '- hosts: all\n  gather_facts: false\n  tasks:\n    - fail: msg=no\n');
    const env = { ANSIBLE_RETRY_FILES_ENABLED: 'yes' };
    const failed = await flotte(
      ['run', fail, '-i', 'hosts', '-l', 'web1'],
      aTerminal({ cwd, home: cwd, env }),
    );
    expect(failed.exitCode).toBe(2);
    expect(failed.stdout).toContain('web1 | failed | fail | no');
    expect(readFileSync(join(cwd, 'fail.retry'), 'utf8')).toBe('web1\n');
    // Port 9 of this machine: nobody listens there.
    const ping = playbook('ping.yml', '- hosts: all\n  gather_facts: false\n  tasks:\n    - ping:\n');
    const gone = await flotte(['run', ping, '-i', '127.0.0.1:9,']);
    expect(gone.exitCode).toBe(4);
    expect(gone.stdout).toMatch(/^127\.0\.0\.1 \| unreachable \| ping \| /m);
  });

  test('Ctrl-C ends the run and says what was done', async () => {
    const slow = playbook(
      'slow.yml',
      '- hosts: all\n  gather_facts: false\n  tasks:\n    - shell: sleep 30\n    - debug: msg=never\n',
    );
    const terminal = aTerminal({ cwd, home: cwd });
    setTimeout(terminal.interrupt, 700);
    const started = Date.now();
    const { exitCode, stdout } = await flotte(['run', slow, '-i', 'hosts', '-l', 'web1'], terminal);
    expect(exitCode).toBe(99);
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(stdout).toContain('warning: interrupted');
    expect(stdout).toMatch(/interrupted; 1 host in/);
    expect(stdout).not.toContain('never');
  });
});

describe('bad input ends with 1 before a host is touched', () => {
  const expectBad = async (argv: string[], text: string | RegExp) => {
    const came = await flotte(argv);
    expect(came.stderr).toMatch(text);
    expect(came.exitCode).toBe(1);
    expect(came.stdout).toBe('');
    expect(came.stderr).not.toMatch(/\n {4}at .*\.ts:/);
  };

  test('a playbook that is not there', () => expectBad(['run', 'no.yml'], /cannot read .*no\.yml/));

  test('all mistakes of a playbook at once, in their order', async () => {
    const file = playbook('bad.yml', '- hosts: all\n  tasks:\n    - filee: path=/x\n    - debug: mesg=hi\n');
    await expectBad(
      ['run', file, '-i', 'hosts'],
      /bad\.yml:3:7[\s\S]*Did you mean "file"\?[\s\S]*bad\.yml:4:/,
    );
  });

  test('a host in --limit that nobody knows', async () => {
    await expectBad(
      ['run', playbook('site.yml', TOUCH), '-i', 'hosts', '-l', 'wbe1'],
      /Did you mean "we?b?1?/,
    );
  });

  test('variables that are none', () =>
    expectBad(['run', playbook('site.yml', TOUCH), '-i', 'hosts', '-e', 'base'], /"base" is no name=value/));

  test('an unknown command, with the nearest', () => expectBad(['rnu', 'x.yml'], /Did you mean run\?/));

  test('an unknown flag, with the nearest', () =>
    expectBad(['run', 'x.yml', '--chekc'], /Did you mean --check\?/));

  test('a number that is none', () => expectBad(['run', 'x.yml', '-f', 'many'], /whole number/));

  test('a key file that is not there', () =>
    expectBad(['exec', 'all', '-i', '127.0.0.1,', '--private-key', '/no/key', '-m', 'ping'], /\/no\/key/));

  test.each([
    ['-K', '--become-password-file'],
    ['-k', '--connection-password-file'],
    ['--select', '--limit'],
  ])('%s without a terminal names the flag to use instead', (flag, instead) =>
    expectBad(['run', playbook('site.yml', TOUCH), '-i', 'hosts', '-e', 'base=x', flag], instead),
  );

  test('an unknown module for exec has no place in a file', async () => {
    const came = await flotte(['exec', 'web', '-i', 'hosts', '-m', 'pnig']);
    expect(came.stderr).toBe('error: there is no module "pnig"\nDid you mean "ping"?');
  });
});

test('flotte exec tells what a command printed on each host', async () => {
  const { stdout, exitCode } = await flotte(['exec', 'web', '-i', 'hosts', '-a', 'echo hi']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('web1 | CHANGED | rc=0 >>\nhi\n');
  const ping = await flotte(['exec', 'db', '-i', 'hosts', '-m', 'ping']);
  expect(ping.stdout).toBe('db1 | SUCCESS => {\n    "changed": false,\n    "ping": "pong"\n}\n');
});

test('flotte inventory shows the tree, the data and one host', async () => {
  const graph = await flotte(['inventory', '-i', 'hosts', '--graph']);
  expect(graph.stdout).toContain('  |--@web:\n  |  |--web1\n');
  const list = await flotte(['inventory', '-i', 'hosts', '--list']);
  expect(JSON.parse(list.stdout).web.hosts).toEqual(['web1', 'web2']);
  const host = await flotte(['inventory', '-i', 'hosts', '--host', 'web1']);
  expect(JSON.parse(host.stdout)).toEqual({ ansible_connection: 'local' });
});

test('flotte lint finds nothing wrong, or throws what is', async () => {
  expect(
    (await flotte(['lint', playbook('site.yml', TOUCH), '-i', 'hosts', '-e', 'base=x'])).stdout,
  ).toContain('no mistakes found');
  const bad = playbook('bad.yml', '- hosts: all\n  tasks:\n    - nosuch:\n');
  expect((await flotte(['lint', bad, '-i', 'hosts'])).exitCode).toBe(1);
});

test('flotte modules documents a module from its schema', async () => {
  expect((await flotte(['modules'])).stdout).toMatch(/^file {2,}\S/m);
  const page = (await flotte(['modules', 'debug'])).stdout;
  expect(page).toMatch(/^ansible\.builtin\.debug\n/);
  expect(page).toMatch(/verbosity +int {2,}.*\n.*\[default: 0\]/);
  expect((await flotte(['modules', 'debgu'])).stderr).toContain('Did you mean "debug"?');
});

test("Ansible's second names of flags are known", async () => {
  mkdirSync(join(cwd, 'play'));
  const { exitCode } = await flotte(['inventory', '--inventory-file=hosts', '--graph', 'web']);
  expect(exitCode).toBe(0);
});
