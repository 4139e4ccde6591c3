import { z } from 'zod';
import { UndefinedError } from '../jinja/errors.ts';
import { type Control, defineModule } from '../module/define.ts';
import { ansibleInt, ansibleText, rawValue } from '../module/params.ts';
import { none, TaskFailure } from '../module/plan.ts';

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
    const name = nameOf(params.var, control);
    const { value, warning } = evaluated(name, control);
    return { shown: { [name]: value }, warning };
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

// A name with what leads into its value: `a`, `a.b`, `a[0]`, `a['b']`.
const PATH = /^[A-Za-z_]\w*(?:\.\w+|\[-?\d+\]|\['[^'\\]*'\]|\["[^"\\]*"\])*$/;

// A template gives the name of what is shown. It may be a host that says it, so that it is no other expression.
function nameOf(written: string, control: Control): string {
  const name = control.render(written);
  if (name === written) return written;
  if (typeof name === 'string' && PATH.test(name)) return name;
  const msg = `debug: the template in \`var\` gives no name of a variable; use \`msg\` to show a value`;
  throw new TaskFailure(msg, { msg });
}

// A variable that is not there is what one looks for with debug: shown, no failure.
function evaluated(expression: string, control: Control): { value: unknown; warning?: string } {
  try {
    return { value: control.evaluate(expression) };
  } catch (error) {
    if (!(error instanceof UndefinedError)) throw error;
    return { value: `<< error 1 - ${error.message} >>`, warning: error.message };
  }
}
