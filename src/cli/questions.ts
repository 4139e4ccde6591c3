import inquirer from 'inquirer';
import { Secret } from '../lib/secret.ts';
import { printable } from '../report/printable.ts';
import { canAsk, type Terminal } from './terminal.ts';
import { UsageError } from './usageError.ts';

/** Streams that questions are asked on: output is not mixed with what a pipe may take from stdout. */
export function questionStreams({ stdin, stderr }: Terminal): {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
} {
  return { input: stdin, output: stderr };
}

/** Throws where nobody can be asked; `instead` says what to give on the command line. */
export function needTerminal(terminal: Terminal, what: string, instead: string): void {
  if (!canAsk(terminal)) throw new UsageError(`${what} needs a terminal to ask on`, instead);
}

/** Asks a yes-or-no question; enter alone means no. */
export async function askYes(terminal: Terminal, message: string): Promise<boolean> {
  const prompt = inquirer.createPromptModule(questionStreams(terminal));
  const { answer } = await prompt([
    { type: 'confirm', name: 'answer', message: printable(message), default: false },
  ]);
  return answer;
}

/** Asks for a text that is not shown while it is typed. */
export async function askSecret(terminal: Terminal, message: string): Promise<Secret> {
  const prompt = inquirer.createPromptModule(questionStreams(terminal));
  const { answer } = await prompt([
    { type: 'password', name: 'answer', message: printable(message), mask: false },
  ]);
  return new Secret(answer);
}

/** Asks for a line of text. */
export async function askText(terminal: Terminal, message: string): Promise<string> {
  const prompt = inquirer.createPromptModule(questionStreams(terminal));
  const { answer } = await prompt([{ type: 'input', name: 'answer', message: printable(message) }]);
  return answer;
}
