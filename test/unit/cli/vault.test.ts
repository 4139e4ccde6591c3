import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { explainError } from '../../../src/cli/errors.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { aTerminal } from './terminal.ts';

// The first command that is used loads most of the program.
vi.setConfig({ testTimeout: 30_000 });

let cwd: string;
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'flotte-vault-')));
  for (const name of ['dev', 'prod']) writeFileSync(join(cwd, `${name}.pass`), `${name} password\n`);
  writeFileSync(join(cwd, 'secret.yml'), 'answer: forty-two\n', { mode: 0o640 });
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

async function vault(
  argv: string[],
  env: Record<string, string> = {},
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const terminal = aTerminal({ cwd, home: cwd, env });
  const { written } = terminal;
  // Bytes are written, too.
  terminal.stdout.write = ((part: string | Uint8Array) => {
    written.stdout += Buffer.from(part as Uint8Array).toString();
    return true;
  }) as typeof terminal.stdout.write;
  try {
    return { exitCode: await runProgram(argv, terminal), ...written };
  } catch (error) {
    const ended = explainError(error, false);
    return { exitCode: ended.exitCode, stdout: written.stdout, stderr: ended.text };
  }
}

const content = () => readFileSync(join(cwd, 'secret.yml'), 'utf8');

test('a file is encrypted, shown, given another password and decrypted again', async () => {
  await vault(['vault', 'encrypt', '--vault-password-file', 'dev.pass', 'secret.yml']);
  expect(content()).toMatch(/^\$ANSIBLE_VAULT;1\.1;AES256\n/);
  expect(statSync(join(cwd, 'secret.yml')).mode & 0o777).toBe(0o640);
  const view = await vault(['vault', 'view', '--vault-password-file', 'dev.pass', 'secret.yml']);
  expect(view.stdout).toBe('answer: forty-two\n');
  const flags = ['--vault-password-file', 'dev.pass', '--new-vault-id', 'prod@prod.pass'];
  await vault(['vault', 'rekey', ...flags, 'secret.yml']);
  expect(content()).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;prod\n/);
  const wrong = await vault(['vault', 'view', '--vault-id', 'prod@dev.pass', 'secret.yml']);
  expect(wrong).toMatchObject({ exitCode: 1, stdout: '' });
  await vault(['vault', 'decrypt', '--vault-id', 'prod@prod.pass', 'secret.yml']);
  expect(content()).toBe('answer: forty-two\n');
});

test('a value is printed encrypted, for YAML', async () => {
  const { stdout } = await vault([
    'vault',
    'encrypt-string',
    '--vault-id',
    'dev@dev.pass',
    '-n',
    'key',
    'hidden',
  ]);
  expect(stdout).toMatch(/^key: !vault \|\n {10}\$ANSIBLE_VAULT;1\.2;AES256;dev\n/);
  writeFileSync(
    join(cwd, 'play.yml'),
    `- hosts: localhost\n  gather_facts: false\n  vars:\n    ${stdout.replaceAll('\n', '\n    ')}\n  tasks:\n    - debug: msg="{{ key | length }}"\n`,
  );
  const ran = await vault(['run', 'play.yml', '--vault-id', 'dev@dev.pass']);
  expect(ran.stdout).toContain('localhost | ok | debug | 6');
});

test('the result can go elsewhere', async () => {
  await vault(['vault', 'encrypt', '--vault-password-file', 'dev.pass', '--output', 'out.yml', 'secret.yml']);
  expect(content()).toBe('answer: forty-two\n');
  expect(readFileSync(join(cwd, 'out.yml'), 'utf8')).toContain('$ANSIBLE_VAULT');
  const shown = await vault([
    'vault',
    'decrypt',
    '--vault-password-file',
    'dev.pass',
    '--output',
    '-',
    'out.yml',
  ]);
  expect(shown.stdout).toBe('answer: forty-two\n');
});

test('an editor changes what is encrypted', async () => {
  await vault(['vault', 'encrypt', '--vault-password-file', 'dev.pass', 'secret.yml']);
  const before = content();
  await vault(['vault', 'edit', '--vault-password-file', 'dev.pass', 'secret.yml'], { EDITOR: 'true' });
  expect(content()).toBe(before);
  await vault(['vault', 'edit', '--vault-password-file', 'dev.pass', 'secret.yml'], {
    EDITOR: 'sed -i s/two/three/',
  });
  const view = await vault(['vault', 'view', '--vault-password-file', 'dev.pass', 'secret.yml']);
  expect(view.stdout).toBe('answer: forty-three\n');
  const failed = await vault(['vault', 'edit', '--vault-password-file', 'dev.pass', 'secret.yml'], {
    EDITOR: 'false',
  });
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toContain('nothing was changed');
});

test.each([
  [['encrypt', 'secret.yml'], /needs a terminal .*[\s\S]*--vault-password-file/],
  [
    ['encrypt', '--vault-id', 'dev@dev.pass', '--vault-id', 'prod@prod.pass', 'secret.yml'],
    /--encrypt-vault-id/,
  ],
  [['view', '--vault-password-file', 'dev.pass', 'secret.yml'], /secret\.yml is not encrypted/],
  [['view', '--vault-password-file', 'dev.pass', 'no.yml'], /cannot read .*no\.yml/],
  [['view', '--vault-password-file', 'no.pass', 'secret.yml'], /no\.pass/],
])('flotte vault %j says what is wrong', async (argv, text) => {
  const came = await vault(['vault', ...argv]);
  expect(came.exitCode).toBe(1);
  expect(came.stderr).toMatch(text);
  expect(content()).toBe('answer: forty-two\n');
});
