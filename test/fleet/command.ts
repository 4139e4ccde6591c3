import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** A mistake or a lack that the person at the keyboard can do something about: one line, no stack trace. */
export class FleetError extends Error {
  override name = 'FleetError';
}

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  /** Text for the command's stdin; without it stdin is empty. */
  input?: string;
  env?: NodeJS.ProcessEnv;
}

/** Runs a command and gives its exit code (128 + n when signal n ended it) with what it printed. */
export function attempt(file: string, args: string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env: options.env ?? process.env, stdio: 'pipe' });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (error) => reject(new FleetError(`cannot run ${file}: ${error.message}`)));
    child.on('close', (code, signal) => {
      resolve({
        code: code ?? 128 + constants.signals[signal!],
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
    // A command that ends without reading its stdin closes the pipe early; its exit code says what happened.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}

/** Runs a command that must succeed and gives its stdout. Throws a FleetError with its last words. */
export async function command(file: string, args: string[], options: CommandOptions = {}): Promise<string> {
  const result = await attempt(file, args, options);
  if (result.code !== 0) throw new FleetError(`${[file, ...args].join(' ')}: ${lastWords(result)}`);
  return result.stdout;
}

function lastWords(result: CommandResult): string {
  const lines = `${result.stdout}\n${result.stderr}`.split('\n').filter((line) => line.trim() !== '');
  return lines.at(-1)?.trim() ?? `exit code ${result.code}`;
}
