import { z } from 'zod';
import { UndefinedError } from '../jinja/errors.ts';
import { type Control, defineModule } from '../module/define.ts';
import { ansibleInt, ansibleText, rawValue } from '../module/params.ts';
import { none } from '../module/plan.ts';

/** Shows a message or the value of a variable. */
export default defineModule({
  name: 'debug',
  collection: 'ansible.builtin',
  doc: 'Show a message or the value of a variable while a playbook runs.',
  params: z
    .strictObject({
      msg: rawValue().optional().describe('What to show; a text, or any value.'),
      var: ansibleText()
        .optional()
        .describe('Name of a variable, or an expression, whose value is shown; written without {{ }}.'),
      verbosity: ansibleInt()
        .default(0)
        .describe('Show it only with this many -v on the command line, or more.'),
    })
    .refine(
      (params) => params.msg === undefined || params.var === undefined,
      'debug takes msg or var, not both',
    ),
  untemplated: ['var'],
  volatile: true,
  controlSide: true,
  async read(params, _host, control) {
    if (params.verbosity > control.verbosity) return { shown: undefined };
    if (!params.var) return { shown: { msg: params.msg ?? 'Hello world!' } };
    const { value, warning } = evaluated(params.var, control);
    return { shown: { [params.var]: value }, warning };
  },
  plan(_params, { shown, warning }) {
    if (!shown)
      return {
        changes: [],
        skipped: 'Verbosity threshold not met.',
        result: { skipped_reason: 'Verbosity threshold not met.' },
      };
    return { ...none(shown), ...(warning && { warnings: [warning] }) };
  },
  steps: () => [],
});

// A variable that is not there is what one looks for with debug: shown, no failure.
function evaluated(expression: string, control: Control): { value: unknown; warning?: string } {
  try {
    return { value: control.evaluate(expression) };
  } catch (error) {
    if (!(error instanceof UndefinedError)) throw error;
    return { value: `<< error 1 - ${error.message} >>`, warning: error.message };
  }
}
