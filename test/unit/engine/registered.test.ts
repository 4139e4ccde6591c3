import { describe, expect, test } from 'vitest';
import { play } from './harness.ts';

const one = (tasks: string): Record<string, string> => ({
  'site.yml': `- hosts: a\n  gather_facts: false\n  tasks:\n${tasks.replace(/^/gm, '    ')}\n`,
});

describe('what a task registers', () => {
  test('holds its warnings', async () => {
    const ran = await play(one('- command: "true"\n  args: {executable: /bin/bash}'));
    expect(ran.ends[0]!.result.warnings).toEqual([expect.stringContaining('no longer supported')]);
  });

  test.each([
    ['the task asks for it', 'diff: true', false, true],
    ['the run does', 'name: x', true, true],
    ['the task does not want what the run asks for', 'diff: false', true, false],
    ['nobody asks', 'name: x', false, false],
  ])('holds a diff where %s', async (_where, keyword, diff, expected) => {
    const ran = await play(one(`- copy: {content: "new\\n", dest: "{{ dir }}/x"}\n  ${keyword}`), { diff });
    expect(ran.ends[0]!.result.diff !== undefined).toBe(expected);
    if (expected) expect(ran.ends[0]!.result.diff).toMatchObject({ before: '', after: 'new\n' });
  });

  test('is known where only the task itself is in check mode', async () => {
    const ran = await play(
      one(
        '- command: "true"\n  check_mode: true\n  register: r\n- debug: msg="{{ r.skipped }} {{ r is changed }}"',
      ),
    );
    expect(ran.said).toEqual(['True False']);
  });

  test('says in check mode that a command which makes something would change it', async () => {
    const ran = await play(one('- command: {cmd: "true", creates: "{{ dir }}/x"}\n  check_mode: true'));
    expect(ran.ends[0]!.result).toMatchObject({
      changed: true,
      msg: expect.stringContaining('would have run'),
    });
    expect(ran.ends[0]!.result).not.toHaveProperty('skipped');
  });
});

describe('arguments', () => {
  test.each([
    ['- file: {state: absent}', 'missing required arguments: path'],
    ['- file: {path: /x, state: "{{ \'dir\' }}"}', /^value of state must be one of: .*touch.*, got: dir$/],
    [
      '- pause: {seconds: "{{ \'soon\' }}"}',
      "argument 'seconds' is of type str and we were unable to convert to int",
    ],
    [
      '- ping: {dota: x}\n  ignore_errors: true',
      'Unsupported parameters for (ping) module: dota. Supported parameters include: data.',
    ],
  ])('that are wrong are told in the words of Ansible: %s', async (task, msg) => {
    const ran = await play(one(task));
    expect(ran.ends[0]!.result.msg).toEqual(typeof msg === 'string' ? msg : expect.stringMatching(msg));
  });

  test('behind which nothing is written are not given', async () => {
    const ran = await play(one('- file: {path: "{{ dir }}", state: directory, owner: , mode: }'));
    expect(ran.lines).toEqual(['a ok file']);
  });
});

describe('a condition that gives no truth value', () => {
  const tasks = '- assert: {that: ["\'x\'", "nothing.at.all is not defined", "({}).x is not true"]}';

  test('is a mistake', async () => {
    const ran = await play(one(tasks));
    expect(ran.lines).toEqual(['a failed assert']);
  });

  test('counts by its truth where the setting for older playbooks says so', async () => {
    const setting = (name: string) =>
      name === 'ALLOW_BROKEN_CONDITIONALS' ? { value: true, origin: 'test' } : undefined;
    const ran = await play(one(tasks), {}, { setting });
    expect(ran.lines).toEqual(['a ok assert']);
  });
});

test('lines of a free-form text that end in a backslash are joined, but within quotes', async () => {
  const ran = await play(one('- shell: |\n    printf %s, a \\\n    b "c \\\n    d"\n    echo'));
  expect(ran.ends[0]!.result).toMatchObject({
    cmd: 'printf %s, a b "c \\\nd"\necho\n',
    stdout: 'a,b,c d,',
  });
});
