import { expect, it, vi } from 'vitest';
import { readJobFile } from '../../../src/engine/jobFile.ts';
import { play } from './harness.ts';

vi.setConfig({ testTimeout: 60_000 });

const HEAD = `- hosts: a
  gather_facts: false
  vars: {ansible_async_dir: "{{ dir }}/jobs"}
  tasks:
`;

it('a job that nobody waits for is told of by async_status, with all the task itself would have registered', async () => {
  const { said, lines } = await play({
    'site.yml': `${HEAD}
    - shell: sleep 1; echo out; echo err >&2
      async: 20
      poll: 0
      register: job
    - debug: {msg: "{{ job.started and not job.finished and job is changed }}"}
    - async_status: {jid: "{{ job.ansible_job_id }}"}
      register: came
      until: came is finished
      retries: 40
      delay: 0.2
    - debug: {msg: "{{ came.stdout_lines + came.stderr_lines + [came.rc, came.cmd, came is changed] }}"}
    - async_status: {jid: "{{ job.ansible_job_id }}", mode: cleanup}
    - async_status: {jid: "{{ job.ansible_job_id }}"}
      ignore_errors: true
`,
  });
  expect(said).toEqual([true, ['out', 'err', 0, 'sleep 1; echo out; echo err >&2', true]]);
  expect(lines.at(-1)).toContain('a failed');
});

it('reads after a job was started are made anew for every task', async () => {
  const { said } = await play({
    'site.yml': `${HEAD}
    - shell: sleep 1; touch {{ dir }}/made
      async: 20
      poll: 0
    - stat: {path: "{{ dir }}/made"}
      register: made
      until: made.stat.exists
      retries: 40
      delay: 0.2
    - debug: {msg: "{{ made.stat.exists }}"}
`,
  });
  expect(said).toEqual([true]);
});

it('planned steps of any module run as a job, and what is as it should be is a job that is over', async () => {
  const { said } = await play({
    'site.yml': `${HEAD}
    - copy: {content: "{{ 'x' * 20000 }}", dest: "{{ dir }}/copied"}
      async: 20
      poll: 0
      register: first
    - async_status: {jid: "{{ first.ansible_job_id }}"}
      register: came
      until: came is finished
      retries: 40
      delay: 0.2
    - copy: {content: "{{ 'x' * 20000 }}", dest: "{{ dir }}/copied"}
      async: 20
      poll: 0
      register: second
    - async_status: {jid: "{{ second.ansible_job_id }}"}
      register: again
    - debug: {msg: "{{ [came is changed, came.size, second is changed, again is changed, again is finished] }}"}
`,
  });
  expect(said).toEqual([[true, 20000, true, false, true]]);
});

it('with poll the task waits, and fails at its time limit', async () => {
  const { said, ends } = await play({
    'site.yml': `${HEAD}
    - command: echo hi
      async: 20
      poll: 1
      register: quick
    - debug: {msg: "{{ [quick.stdout, quick.rc, quick is finished, quick.ansible_job_id is match('j\\\\d+\\\\.\\\\d+')] }}"}
    - command: sleep 20
      async: 1
      poll: 1
`,
  });
  expect(said).toEqual([['hi', 0, true, true]]);
  expect(ends.at(-1)?.why).toBe('async task did not complete within the requested time - 1s');
});

it('what only the control side does is no job', async () => {
  const { ends } = await play({ 'site.yml': `${HEAD}    - debug: {msg: hi}\n      async: 5\n` });
  expect(ends.at(-1)?.why).toBe('async is not supported for this task.');
});

it('check mode starts no job, and finds the one that it would have written', async () => {
  const { said, ends } = await play(
    {
      'site.yml': `${HEAD}
    - setup: {gather_subset: min}
      async: 20
      poll: 0
      register: job
    - async_status: {jid: "{{ job.ansible_job_id }}"}
      register: came
    - debug: {msg: "{{ came is finished and ansible_system == 'Linux' }}"}
    - command: sleep 9
      async: 20
      poll: 0
`,
    },
    { check: true },
  );
  expect(said).toEqual([true]);
  expect(ends.at(-1)?.outcome).toBe('unknown');
});

it('reads the files of others too, and those that are only half written', () => {
  expect(readJobFile('{"rc": 0, "changed": true}')).toMatchObject({ finished: true, rc: 0 });
  expect(readJobFile('{"started": 1, "finished": 0}').finished).toBe(false);
  expect(readJobFile('{"started": 1,').finished).toBe(false);
  expect(readJobFile('[]').finished).toBe(false);
});
