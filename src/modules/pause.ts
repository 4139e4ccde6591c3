import { z } from 'zod';
import { datetimeText } from '../lib/pythonTime.ts';
import { defineModule } from '../module/define.ts';
import { ansibleBool, ansibleFloat, ansibleText } from '../module/params.ts';
import { none } from '../module/plan.ts';

/** Waits for a time or for a person. */
export default defineModule({
  name: 'pause',
  collection: 'ansible.builtin',
  doc: 'Wait for some time, or until somebody answers. Where nobody can be asked, it goes on at once. Does nothing in check mode.',
  params: z
    .strictObject({
      seconds: ansibleFloat().optional().describe('How many seconds to wait.'),
      minutes: ansibleFloat().optional().describe('How many minutes to wait.'),
      prompt: ansibleText().optional().describe('What to ask.'),
      echo: ansibleBool().default(true).describe('Show what is typed.'),
    })
    .refine(
      (one) => one.seconds === undefined || one.minutes === undefined,
      'pause takes seconds or minutes, not both',
    ),
  volatile: true,
  controlSide: true,
  async read(params, _host, control) {
    const start = Date.now() / 1000;
    const seconds = params.seconds ?? (params.minutes === undefined ? undefined : params.minutes * 60);
    const prompt = params.prompt ?? 'Press enter to continue';
    const timed = seconds !== undefined;
    const { input } = await control.pause(
      timed ? { seconds: Math.max(1, Math.trunc(seconds)) } : { prompt, secret: !params.echo },
    );
    return {
      start,
      stop: Date.now() / 1000,
      input,
      unasked: !timed && input === undefined && !control.checkMode,
    };
  },
  plan({ minutes, echo }, { start, stop, input, unasked }) {
    const seconds = stop - start;
    const length = minutes === undefined ? `${rounded(seconds)} seconds` : `${rounded(seconds / 60)} minutes`;
    const result = {
      rc: 0,
      stdout: `Paused for ${length}`,
      stderr: '',
      start: datetimeText(start),
      stop: datetimeText(stop),
      delta: Math.trunc(seconds),
      echo,
      user_input: input ?? '',
    };
    const warning = 'Not waiting for response to prompt as stdin is not interactive';
    return { ...none(result), ...(unasked && { warnings: [warning] }) };
  },
  steps: () => [],
});

// As Python prints a float of two places: 1.0, 0.25.
function rounded(number: number): string {
  const text = String(Math.round(number * 100) / 100);
  return text.includes('.') ? text : `${text}.0`;
}
