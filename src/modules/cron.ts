import { z } from 'zod';
import {
  crontabLines,
  crontabText,
  jobNames,
  variableNames,
  withJob,
  withoutJob,
  withoutVariable,
  withVariable,
} from '../lib/crontabText.ts';
import { defineModule } from '../module/define.ts';
import { ansibleBool, ansibleText, choice } from '../module/params.ts';
import { type Change, changes, failed } from '../module/plan.ts';
import type { Step } from '../module/step.ts';

const time = (what: string) => ansibleText().default('*').describe(`${what}, as in a crontab.`);

const params = z
  .strictObject({
    name: ansibleText().describe('What the job is known by: a comment before it. With env, the variable.'),
    job: ansibleText().optional().describe('The command. With env, the value.'),
    state: choice(['present', 'absent']).default('present').describe('Whether it is to be there.'),
    user: ansibleText().optional().describe('Whose crontab; with cron_file, who runs the job.'),
    cron_file: ansibleText()
      .refine((file) => file !== '/etc/crontab', 'will not manage /etc/crontab')
      .optional()
      .describe("A file in /etc/cron.d instead of a user's crontab."),
    minute: time('Minutes'),
    hour: time('Hours'),
    day: time('Days of the month'),
    month: time('Months'),
    weekday: time('Days of the week'),
    special_time: choice(['reboot', 'yearly', 'annually', 'monthly', 'weekly', 'daily', 'hourly'])
      .optional()
      .describe('A word in place of times.'),
    disabled: ansibleBool().default(false).describe('Keep the job as a comment.'),
    env: ansibleBool().default(false).describe('Set a variable instead of a job.'),
    insertafter: ansibleText().optional().describe('With env: after which variable a new one goes.'),
    insertbefore: ansibleText().optional().describe('With env: before which variable a new one goes.'),
    backup: ansibleBool().default(false).describe('Keep what was there; works with cron_file.'),
  })
  .refine(
    ({ state, job }) => state === 'absent' || job !== undefined,
    "You must specify 'job' to install a new cron job or variable",
  )
  .refine(
    ({ state, cron_file, user }) => state === 'absent' || cron_file === undefined || user !== undefined,
    {
      error: 'To use cron_file=... parameter you must specify user=... as well',
    },
  )
  .refine(
    (of) =>
      of.special_time === undefined ||
      [of.minute, of.hour, of.day, of.month, of.weekday].every((one) => one === '*'),
    {
      error: 'You cannot combine special_time with any of the time or day/date parameters.',
    },
  )
  .refine((of) => of.env || (of.insertafter === undefined && of.insertbefore === undefined), {
    error: 'Insertafter and insertbefore parameters are valid only with env=yes',
  })
  .refine(
    (of) => of.insertafter === undefined || of.insertbefore === undefined,
    'give insertafter or insertbefore, not both',
  )
  .refine(({ env, name }) => !env || !name.includes(' '), 'Invalid name for environment variable');

type CronParams = z.output<typeof params>;

interface CronChange extends Change {
  after: string;
}

export default defineModule({
  name: 'cron',
  collection: 'ansible.builtin',
  doc: `Keeps jobs and variables in crontabs.

A job is found again by the comment that holds its name; Ansible writes the same one.`,
  aliases: { value: 'job', dom: 'day', dow: 'weekday' },
  params,
  async read({ cron_file, user }, host) {
    if (cron_file === undefined) return host.crontab({ ...(user !== undefined && { user }) });
    const content = await host.content({ path: pathOf(cron_file) });
    return content && Buffer.from(content).toString();
  },
  plan(given, before = '') {
    const { name, cron_file, user, state } = given;
    const lines = crontabLines(before);
    const wanted = edited(lines, given);
    if (!wanted) return failed(`Variable named '${given.insertafter ?? given.insertbefore}' not found.`);
    const told = {
      jobs: jobNames(wanted),
      envs: variableNames(wanted),
      ...(cron_file !== undefined && { cron_file, state }),
    };
    const after = crontabText(wanted);
    const noEnd = before !== '' && !/[\r\n]$/.test(before);
    if (!noEnd && wanted.join('\n') === lines.join('\n')) return changes<CronChange>([], told);
    const place =
      cron_file !== undefined ? pathOf(cron_file) : `crontab${user === undefined ? '' : ` of ${user}`}`;
    const what = given.env ? 'variable' : 'job';
    const summary = `${state === 'absent' ? 'remove' : 'set'} ${what} "${name}" in ${place}`;
    const diff = { before: crontabText(lines), after, beforeHeader: place, afterHeader: place };
    return changes<CronChange>([{ summary, diff, after }], told);
  },
  steps({ after }, { cron_file, user, backup }): Step[] {
    if (cron_file === undefined) {
      const argv = ['crontab', ...(user === undefined ? [] : ['-u', user]), '-'];
      return [{ kind: 'run', argv, stdin: after, touches: ['/var/spool/cron'] }];
    }
    const path = pathOf(cron_file);
    if (after === '') return [{ kind: 'remove', path }];
    return [{ kind: 'put', path, content: after, attributes: { mode: 0o644 }, ...(backup && { backup }) }];
  },
  result: (_params, _now, [done]) => (done?.backupFile === undefined ? {} : { backup_file: done.backupFile }),
});

function pathOf(file: string): string {
  return file.startsWith('/') ? file : `/etc/cron.d/${file}`;
}

function edited(lines: string[], given: CronParams): string[] | undefined {
  const { name, job = '', state, env } = given;
  if (state === 'absent') return env ? withoutVariable(lines, name) : withoutJob(lines, name);
  if (!env) return withJob(lines, name, jobLine(given));
  return withVariable(lines, `${name}="${job}"`, { after: given.insertafter, before: given.insertbefore });
}

function jobLine({
  job = '',
  special_time,
  minute,
  hour,
  day,
  month,
  weekday,
  cron_file,
  user,
  disabled,
}: CronParams): string {
  const when =
    special_time === undefined ? `${minute} ${hour} ${day} ${month} ${weekday}` : `@${special_time}`;
  const who = cron_file === undefined ? '' : `${user} `;
  return `${disabled ? '#' : ''}${when} ${who}${job.replace(/^[\r\n]+|[\r\n]+$/g, '')}`;
}
