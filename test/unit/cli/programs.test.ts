import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { aTerminal } from './terminal.ts';

vi.setConfig({ testTimeout: 30_000 });

let cwd: string;
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'flotte-programs-')));
  file('hosts', '[web]\nweb[1:2] ansible_connection=local\n');
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function file(name: string, text: string): string {
  writeFileSync(join(cwd, name), text);
  return name;
}

async function run(...argv: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const terminal = aTerminal({ cwd, home: cwd });
  const exitCode = await runProgram(argv, terminal);
  return { exitCode, ...terminal.written };
}

describe('flotte shims', () => {
  test('writes programs that start flotte with their own name and arguments', async () => {
    const terminal = aTerminal({ cwd, home: cwd, command: ['printf', '%s\n', "it's"] });
    expect(await runProgram(['shims', 'bin'], terminal)).toBe(0);
    for (const name of ['ansible', 'ansible-inventory', 'ansible-playbook', 'ansible-vault']) {
      const program = join(cwd, 'bin', name);
      expect(terminal.written.stdout).toContain(`${program}\n`);
      expect(execFileSync(program, ['-e', 'a=b c'], { encoding: 'utf8' })).toBe(`it's\n${name}\n-e\na=b c\n`);
    }
  });

  test('makes a file executable that was there before', async () => {
    file('ansible', 'old');
    expect((await run('shims', '.')).exitCode).toBe(0);
    expect(execFileSync('test', ['-x', join(cwd, 'ansible')])).toBeDefined();
  });
});

describe('ansible-playbook', () => {
  const hello = () =>
    file('hello.yml', '- hosts: all\n  gather_facts: no\n  tasks:\n    - command: echo hello\n');

  test("prints Ansible's text, asks nothing and keeps no journal", async () => {
    const came = await run('ansible-playbook', hello(), '-i', 'hosts');
    expect(came.exitCode).toBe(0);
    expect(came.stdout).toMatch(/^TASK \[command\] \*+$/m);
    expect(came.stdout).toMatch(/^web2 +: ok=1 +changed=1 /m);
    expect(existsSync(join(cwd, '.flotte'))).toBe(false);
  });

  test('takes beginnings of flags, and those that mean nothing here', async () => {
    const came = await run('ansible-playbook', hello(), '-i', 'hosts', '--list-h', '--module-path', 'x');
    expect(came.stdout).toContain('hosts (2):');
  });

  test('lists tasks with their tags rendered and sorted', async () => {
    const tasks =
      "- hosts: web\n  vars: {mine: [z]}\n  tasks:\n    - meta: noop\n      name: word\n      tags: ['{{ mine }}', a]\n";
    const came = await run('ansible-playbook', file('tags.yml', tasks), '-i', 'hosts', '--list-tasks');
    expect(came.stdout).toContain('      word\tTAGS: [a, z]\n');
  });

  test('says how many plays a playbook has where it is to tell more', async () => {
    expect((await run('ansible-playbook', hello(), '-i', 'hosts', '-vv')).stdout).toContain(
      '\n1 plays in hello.yml\n',
    );
  });

  test("ends with Ansible's codes: 4 for a mistake in a playbook, 1 without one, 2 for a bad command line", async () => {
    const wrong = await run(
      'ansible-playbook',
      file('wrong.yml', '- hosts: all\n  tasks:\n    - nosuch: x\n'),
    );
    expect(wrong.exitCode).toBe(4);
    expect(wrong.stderr).toMatch(/^ERROR! .*nosuch/);
    expect((await run('ansible-playbook', 'missing.yml')).exitCode).toBe(1);
    expect((await run('ansible-playbook', '--nosuch')).exitCode).toBe(2);
  });

  test('a later play may log in as whom an earlier one has found out', async () => {
    const text = `- hosts: web1
  gather_facts: no
  tasks:
    - set_fact: {me: somebody}
- hosts: web1
  gather_facts: no
  remote_user: "{{ me }}"
  tasks:
    - debug: msg=on
`;
    expect((await run('ansible-playbook', file('users.yml', text), '-i', 'hosts')).exitCode).toBe(0);
  });

  test('causes and places of failures go to standard error', async () => {
    const came = await run(
      'ansible-playbook',
      file('f.yml', '- hosts: web1\n  gather_facts: no\n  tasks:\n    - fail: msg=no\n'),
      '-i',
      'hosts',
    );
    expect(came.stdout.match(/msg|Task failed/g)).toHaveLength(1);
    expect(came.stderr).toContain('Task failed');
  });

  test('tells the version of the language', async () => {
    expect((await run('ansible-playbook', '--version')).stdout).toMatch(
      /^ansible-playbook \[core 2\.\d+\.\d+\]\n/,
    );
  });
});

describe('ansible', () => {
  test('runs a module, on several lines or on one', async () => {
    const args = ['all', '-i', 'hosts', '-l', 'web1', '-a', "printf 'a\\nb'"];
    expect((await run('ansible', ...args)).stdout).toBe('web1 | CHANGED | rc=0 >>\na\nb\n');
    expect((await run('ansible', ...args, '-o')).stdout).toBe('web1 | CHANGED | rc=0 | (stdout) a\\nb\n');
  });
});

describe('ansible-inventory', () => {
  test('shows a group, and writes to a file', async () => {
    expect((await run('ansible-inventory', '-i', 'hosts', '--graph', 'web')).stdout).toMatch(/^@web:\n/);
    const came = await run('ansible-inventory', '-i', 'hosts', '--list', '--output', 'out.json');
    expect(came.stdout).toBe('');
    expect(JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8')).web.hosts).toEqual(['web1', 'web2']);
  });
});

describe('ansible-vault', () => {
  test('encrypts and decrypts', async () => {
    file('password', 'secret\n');
    file('plain', 'text\n');
    expect(
      (await run('ansible-vault', 'encrypt', 'plain', '--vault-password-file', 'password')).exitCode,
    ).toBe(0);
    expect(readFileSync(join(cwd, 'plain'), 'utf8')).toMatch(/^\$ANSIBLE_VAULT;1\.1/);
    expect((await run('ansible-vault', 'decrypt', 'plain', '--vault-pass-file', 'password')).exitCode).toBe(
      0,
    );
    expect(readFileSync(join(cwd, 'plain'), 'utf8')).toBe('text\n');
  });
});
