import { execFileSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { readText } from '../lib/readText.ts';
import { Secret } from '../lib/secret.ts';
import type { ConnectionFlags } from './options.ts';
import type { Settings } from './settings.ts';
import { canAsk, type Terminal } from './terminal.ts';
import { UsageError } from './usageError.ts';

/** Passwords that flags and settings ask for. */
export interface Passwords {
  connection?: Secret;
  become?: Secret;
}

/**
 * Asks for the passwords of -k and -K, or takes them from files. An empty answer for sudo means the login password,
 * as Ansible has it. Throws UsageError where nobody can be asked.
 */
export async function givenPasswords(
  flags: ConnectionFlags,
  settings: Settings,
  terminal: Terminal,
): Promise<Passwords> {
  const { cwd } = terminal;
  const passwords: Passwords = {};
  const connectionFile = flags.connectionPasswordFile ?? settings.connection_password_file.value;
  if (flags.askPass ?? settings.ask_pass.value) {
    passwords.connection = await ask(terminal, 'Login password', '-k', '--connection-password-file');
  } else if (connectionFile !== undefined) passwords.connection = passwordFromFile(connectionFile, cwd);
  const becomeFile = flags.becomePasswordFile ?? settings.become_password_file.value;
  if (flags.askBecomePass ?? settings.become_ask_pass.value) {
    const fallback = passwords.connection;
    const prompt = fallback ? 'sudo password (empty: the login password)' : 'sudo password';
    const answer = await ask(terminal, prompt, '-K', '--become-password-file');
    passwords.become = answer.reveal() === '' && fallback ? fallback : answer;
  } else if (becomeFile !== undefined) passwords.become = passwordFromFile(becomeFile, cwd);
  return passwords;
}

async function ask(terminal: Terminal, prompt: string, flag: string, instead: string): Promise<Secret> {
  if (!canAsk(terminal)) {
    throw new UsageError(
      `${flag} needs a terminal to ask on`,
      `Without one, give the password with ${instead} FILE.`,
    );
  }
  const { askSecret } = await import('./questions.ts');
  return askSecret(terminal, `${prompt}:`);
}

/**
 * The password that a file holds, without the newlines at its end; of a program (an executable file), what it prints.
 * Throws UsageError, SourceError.
 */
function passwordFromFile(name: string, cwd: string): Secret {
  const file = resolve(cwd, name);
  const text = isProgram(file) ? printedBy(file, cwd) : readText(file);
  const password = text.replace(/[\r\n]+$/, '');
  if (password === '') throw new UsageError(`${file} holds no password`);
  return new Secret(password);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function printedBy(file: string, cwd: string): string {
  try {
    return execFileSync(file, { cwd, encoding: 'utf8', stdio: ['inherit', 'pipe', 'inherit'] });
  } catch (error) {
    const { status, message } = error as { status?: number | null; message: string };
    const why = typeof status === 'number' ? `it exited with ${status}` : message;
    throw new UsageError(`the password program ${file} failed: ${why}`);
  }
}
