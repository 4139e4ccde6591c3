import { readFileSync } from 'node:fs';
import { formatSourceError, SourceError, type SourceWarning } from '../lib/sourceError.ts';
import { printable } from '../report/printable.ts';
import { exitCodes } from './exitCodes.ts';
import { UsageError } from './usageError.ts';

/** What to print of an error that ended a command (no trailing newline), and the exit code. */
export interface Ended {
  text: string;
  exitCode: number;
}

/** How mistakes are told: what stands before them, and the exit codes. */
export interface ErrorForm {
  label: string;
  /** Of a mistake in a file. */
  mistake: number;
  /** Of any other. */
  badInput: number;
}

const ourForm: ErrorForm = { label: 'error:', mistake: exitCodes.badInput, badInput: exitCodes.badInput };

/**
 * Turns whatever was thrown into what a person reads: mistakes of theirs with place, cause and remedy, and never a
 * stack; mistakes of ours in one line, with the stack only where `debug` asks for it.
 */
export function explainError(error: unknown, debug: boolean, form = ourForm): Ended {
  const labelled = (text: string) => `${form.label} ${printable(text)}`;
  const mistakes = mistakesOf(error);
  if (mistakes) {
    const texts = mistakes.map((mistake) => formatSourceError(mistake, (file) => readFileSync(file, 'utf8')));
    return {
      text: texts.map(labelled).join('\n\n'),
      exitCode: mistakes.some(({ place }) => place) ? form.mistake : form.badInput,
    };
  }
  if (error instanceof UsageError) {
    const text = error.hint ? `${error.message}\n${error.hint}` : error.message;
    return { text: labelled(text), exitCode: form.badInput };
  }
  if (isPromptEnded(error)) return { text: 'interrupted', exitCode: exitCodes.interrupted };
  if (isFileError(error)) {
    const text = `${reasonOf(error.code)}: ${error.path}`;
    return { text: labelled(text), exitCode: form.badInput };
  }
  return { text: unexpected(error, debug), exitCode: exitCodes.unexpected };
}

// Known by their shape: their classes stand in rooms that a command loads when it is used.
function mistakesOf(error: unknown): SourceWarning[] | undefined {
  if (error instanceof SourceError) return [error];
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'ProblemsError')
    return (error as Error & { problems: SourceError[] }).problems.toSorted(byPlace);
  const {
    filename: file,
    line,
    column = 1,
  } = error as Error & { filename?: string; line?: number; column?: number };
  if (file === undefined || line === undefined) return undefined;
  return [{ message: error.message, place: { file, line, column } }];
}

// As a person goes through the files; mistakes without a place first.
function byPlace(a: SourceWarning, b: SourceWarning): number {
  const [one, other] = [a.place, b.place];
  if (!one || !other) return Number(Boolean(one)) - Number(Boolean(other));
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.line - other.line || one.column - other.column;
}

// Ctrl-C at a question; inquirer's error classes are not exported by the package that the project depends on.
function isPromptEnded(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError');
}

const fileErrors: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'a file is needed, this is a directory',
  ENOTDIR: 'a directory is needed, this is a file',
  ENOSPC: 'no space left on the device',
  EROFS: 'the file system is read-only',
};

function reasonOf(code: string): string {
  return fileErrors[code]!;
}

function isFileError(error: unknown): error is Error & { code: string; path: string } {
  if (!(error instanceof Error)) return false;
  const { code, path } = error as Error & { code?: unknown; path?: unknown };
  return typeof code === 'string' && code in fileErrors && typeof path === 'string';
}

function unexpected(error: unknown, debug: boolean): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const line = `unexpected error (a bug in flotte, please report it): ${printable(message)}`;
  if (!debug) return `${line}\nFLOTTE_DEBUG=1 or -vvvv shows where it happened.`;
  return `${line}\n${printable(error instanceof Error ? (error.stack ?? '') : '')}`.trimEnd();
}
