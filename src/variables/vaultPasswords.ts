import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, parse, resolve } from 'node:path';
import { reasonOf } from '../lib/readText.ts';
import { SourceError } from '../lib/sourceError.ts';
import type { VaultSecret } from './vault.ts';

/** Where a vault password comes from: a file, a program that prints it, or a question to the person. */
export interface VaultIdentity {
  id: string;
  /** A path, or `prompt`. */
  source: string;
}

/** Takes apart what `--vault-id` says: `dev@FILE`, `dev@prompt`, or `FILE` alone, whose id is `default`. */
export function parseVaultId(text: string): VaultIdentity {
  const at = text.indexOf('@');
  if (at < 0) return { id: 'default', source: text };
  return { id: text.slice(0, at) || 'default', source: text.slice(at + 1) };
}

/**
 * The password that a file holds, without the blanks and newlines around it; a program is run and what it prints is
 * the password, without the newline. A program whose name ends in `-client` is told the id (`--vault-id ID`).
 * Throws a SourceError where there is no password to be had. Not for sources that are a question.
 */
export function readVaultPassword(identity: VaultIdentity, cwd: string): VaultSecret {
  const file = absolutePath(identity.source, cwd);
  const password = isProgram(file) ? runForPassword(file, identity.id, cwd) : trimmed(readFile(file));
  if (password.length === 0) throw new SourceError(`the vault password of ${file} is empty`);
  return { id: identity.id, password: () => password };
}

/** A password that a person typed. */
export function typedVaultPassword(id: string, text: string): VaultSecret {
  const password = Buffer.from(text.trim(), 'utf8');
  if (password.length === 0) throw new SourceError(`the vault password "${id}" is empty`);
  return { id, password: () => password };
}

function absolutePath(path: string, cwd: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(cwd, path);
}

function readFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new SourceError(`cannot read the vault password from ${file}: ${reasonOf(error)}`);
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() && process.platform !== 'win32';
  } catch {
    return false;
  }
}

// What is typed for the program's own questions goes to the terminal, so stdin and stderr are the person's.
function runForPassword(file: string, id: string, cwd: string): Buffer {
  const args = parse(file).name.endsWith('-client') ? ['--vault-id', id] : [];
  const result = spawnSync(file, args, { cwd, stdio: ['inherit', 'pipe', 'inherit'] });
  const hint = 'If it is no program but a file with the password, take its executable bit away.';
  if (result.error) {
    throw new SourceError(
      `cannot run the vault password program ${file}: ${reasonOf(result.error)}`,
      undefined,
      hint,
    );
  }
  if (result.status !== 0) {
    const how = result.signal ? `was ended by ${result.signal}` : `failed with exit code ${result.status}`;
    const message = `the vault password program ${file} ${how}, asked for the password "${id}"`;
    throw new SourceError(message, undefined, hint);
  }
  return trimmedNewlines(result.stdout);
}

function trimmed(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  return Buffer.from(text.replace(/^[ \t\n\r\v\f]+|[ \t\n\r\v\f]+$/g, ''), 'latin1');
}

function trimmedNewlines(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/^[\r\n]+|[\r\n]+$/g, ''), 'latin1');
}
