import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleBool, ansibleText, listOfWhole } from '../module/params.ts';
import { failed, none } from '../module/plan.ts';

const message = z.union([ansibleText(), z.array(ansibleText())], {
  error: 'must be a text or a list of texts',
});

/** Fails unless conditions hold. */
export default defineModule({
  name: 'assert',
  collection: 'ansible.builtin',
  doc: 'Fail unless all conditions hold.',
  params: z.strictObject({
    that: listOfWhole(
      z.union([z.string(), z.boolean()], { error: 'must be a condition as in `when`' }),
    ).describe('The conditions, each as in `when`.'),
    fail_msg: message.default('Assertion failed').describe('What to say when one does not hold.'),
    success_msg: message.default('All assertions passed').describe('What to say when all hold.'),
    quiet: ansibleBool().default(false).describe('Say less when all hold.'),
  }),
  aliases: { msg: 'fail_msg' },
  untemplated: ['that'],
  volatile: true,
  controlSide: true,
  // Conditions after the first that does not hold may make sense only where it does.
  read: async ({ that }, _host, control) => ({ broken: that.find((condition) => !control.test(condition)) }),
  plan({ fail_msg, success_msg }, { broken }) {
    if (broken === undefined) return none({ msg: success_msg });
    const result = { assertion: broken, evaluated_to: false, msg: fail_msg };
    return failed([fail_msg].flat().join('\n'), result);
  },
  steps: () => [],
});
