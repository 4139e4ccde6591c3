import inquirer from 'inquirer';
import { Secret } from '../lib/secret.ts';
import { printable } from '../report/printable.ts';
import type { Terminal } from './terminal.ts';

/** Streams that questions are asked on: output is not mixed with what a pipe may take from stdout. */
export function questionStreams({ stdin, stderr }: Terminal): {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
} {
  return { input: stdin, output: stderr };
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
    { type: 'password', name: 'answer', message: printable(message), mask: false, toggleMask: false },
  ]);
  return new Secret(answer);
}

/** Asks for a variable of `vars_prompt`; twice, until both are the same, where it is to be confirmed. */
export async function askVariable(
  terminal: Terminal,
  message: string,
  { secret, confirm }: { secret: boolean; confirm: boolean },
): Promise<string> {
  for (;;) {
    const answer = await askLine(terminal, message, secret);
    if (!confirm || answer === (await askLine(terminal, `${message} (again)`, secret))) return answer;
    terminal.stderr.write('The two are not the same.\n');
  }
}

async function askLine(terminal: Terminal, message: string, secret: boolean): Promise<string> {
  if (secret) return (await askSecret(terminal, message)).reveal();
  const prompt = inquirer.createPromptModule(questionStreams(terminal));
  const { answer } = await prompt([{ type: 'input', name: 'answer', message: printable(message) }]);
  return answer;
}
