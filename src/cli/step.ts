import inquirer from 'inquirer';
import { oneLine } from '../report/printable.ts';
import { questionStreams } from './questions.ts';
import type { Terminal } from './terminal.ts';

/** Asks before a task, as --step wants: do it, leave it out, or do it and all that follow. */
export async function askStep(terminal: Terminal, task: string): Promise<'yes' | 'no' | 'continue'> {
  const prompt = inquirer.createPromptModule(questionStreams(terminal));
  const { answer } = await prompt([
    {
      type: 'expand',
      name: 'answer',
      message: `Perform task: ${oneLine(task)}`,
      default: 'n',
      choices: [
        { key: 'y', name: 'yes', value: 'yes' },
        { key: 'n', name: 'no', value: 'no' },
        { key: 'c', name: 'yes, and do not ask again', value: 'continue' },
      ],
    },
  ]);
  return answer as 'yes' | 'no' | 'continue';
}
