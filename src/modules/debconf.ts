import { z } from 'zod';
import { Secret } from '../lib/secret.ts';
import { defineModule } from '../module/define.ts';
import { ansibleBool, ansibleText, choice, rawValue } from '../module/params.ts';
import { type Change, changes, none } from '../module/plan.ts';

const TYPES = [
  'boolean',
  'error',
  'multiselect',
  'note',
  'password',
  'seen',
  'select',
  'string',
  'text',
  'title',
] as const;

interface AnswerChange extends Change {
  value: string;
}

export default defineModule({
  name: 'debconf',
  collection: 'ansible.builtin',
  doc: `Answers questions of packages before they ask, or shows the answers.

A package that is installed takes a new answer when it is configured again (dpkg-reconfigure).`,
  aliases: { pkg: 'name', selection: 'question', setting: 'question', answer: 'value' },
  params: z
    .strictObject({
      name: ansibleText().describe('The package.'),
      question: ansibleText().optional().describe('The question; else all answers are shown.'),
      vtype: choice(TYPES).optional().describe('The type of the question.'),
      value: rawValue().optional().describe('The answer; a list for multiselect.'),
      unseen: ansibleBool().default(false).describe('Leave the question to be asked all the same.'),
    })
    .refine(
      ({ question, vtype, value }) =>
        (question === undefined) === (vtype === undefined && value === undefined) &&
        (question === undefined || (vtype !== undefined && value !== undefined)),
      'question, vtype and value go together',
    ),
  read: ({ name }, host) => host.debconf({ package: name }),
  plan({ name, question, vtype, value }, answers) {
    if (question === undefined) return none({ msg: '', current: shown(answers, '') });
    const wanted = asText(value, vtype === 'boolean');
    const there = answers[question];
    const same =
      vtype === 'multiselect' && Array.isArray(value)
        ? sorted(wanted) === sorted(there ?? '')
        : wanted === there;
    if (there !== undefined && same)
      return none({ msg: '', current: shown(answers, vtype === 'password' ? question : '') });
    const secret = vtype === 'password';
    const change: AnswerChange = {
      summary: `answer ${question} of ${name}${secret ? '' : `: ${wanted}`}`,
      value: wanted,
      ...(!secret && { diff: { before: `${there ?? ''}\n`, after: `${wanted}\n` } }),
    };
    const [current, previous] = secret ? ['', ''] : [wanted, there ?? ''];
    return changes([change], { current: { [question]: current }, previous: { [question]: previous } });
  },
  steps: ({ value }, { name, question, vtype, unseen }) => [
    {
      kind: 'run',
      argv: ['debconf-set-selections', ...(unseen ? ['-u'] : [])],
      stdin: new Secret(`${name} ${question} ${vtype} ${value}\n`),
      touches: ['/var/cache/debconf'],
    },
  ],
  result: (_params, _now, [done]) => (done ? { msg: done.stdout } : {}),
});

function asText(value: unknown, lower: boolean): string {
  if (Array.isArray(value)) return value.map(String).join(', ');
  return lower ? String(value).toLowerCase() : String(value);
}

function sorted(list: string): string {
  return list
    .split(',')
    .map((item) => item.trim())
    .sort()
    .join(',');
}

function shown(answers: Record<string, string>, secret: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(answers).filter(([question]) => question !== secret && !/passw/i.test(question)),
  );
}
