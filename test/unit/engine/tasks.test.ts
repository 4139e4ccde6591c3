import { describe, expect, test } from 'vitest';
import { play } from './harness.ts';

const one = (tasks: string): Record<string, string> => ({
  'site.yml': `- hosts: a\n  gather_facts: false\n  vars: {colour: red}\n  tasks:\n${tasks.replace(/^/gm, '    ')}\n`,
});

describe('a task', () => {
  test('registers what its module found, for the tasks that follow', async () => {
    const ran = await play(
      one(
        `- command: echo {{ colour }}\n  register: out\n- debug: msg="{{ out.stdout }} {{ out.rc }} {{ out is changed }}"`,
      ),
    );
    expect(ran.said).toEqual(['red 0 True']);
    expect(ran.exitCode).toBe(0);
  });

  test('is skipped where its condition does not hold, and says which', async () => {
    const ran = await play(one(`- debug: msg=x\n  when:\n    - colour == 'red'\n    - colour == 'blue'`));
    expect(ran.lines).toEqual(['a skipped debug']);
    expect(ran.ends[0]!.why).toContain("colour == 'blue'");
  });

  test('that fails ends the play for its host, with exit code 2', async () => {
    const ran = await play(one(`- command: /bin/false\n- debug: msg=never`));
    expect(ran.lines).toEqual(['a failed command']);
    expect(ran.exitCode).toBe(2);
  });

  test('goes on where failures are ignored', async () => {
    const ran = await play(one(`- command: /bin/false\n  ignore_errors: true\n- debug: msg=on`));
    expect(ran.said).toEqual(['on']);
    expect(ran.ends[0]!.forgiven).toBe('ignored');
    expect(ran.exitCode).toBe(0);
  });

  test('is judged by changed_when and failed_when', async () => {
    const ran = await play(
      one(
        `- shell: echo hello; exit 3\n  register: out\n  changed_when: "'bye' in out.stdout"\n  failed_when: out.rc not in [0, 3]`,
      ),
    );
    expect(ran.lines).toEqual(['a ok shell']);
  });

  test('is tried again until its condition holds', async () => {
    const ran = await play(
      one(
        `- shell: echo x >> {{ dir }}/count; [ $(wc -l < {{ dir }}/count) -ge 3 ]\n  register: out\n  until: out.rc == 0\n  retries: 5\n  delay: 0`,
      ),
    );
    expect(ran.ends[0]!.attempts).toBe(3);
    expect(ran.events.filter((event) => event.type === 'retry')).toHaveLength(2);
  });

  test('fails when its retries are used up', async () => {
    const ran = await play(
      one(`- command: /bin/false\n  register: out\n  until: out.rc == 0\n  retries: 2\n  delay: 0`),
    );
    expect(ran.ends[0]!.attempts).toBe(3);
    expect(ran.lines).toEqual(['a failed command']);
  });

  test('has its environment, and secrets of no_log tasks are told to nobody', async () => {
    const ran = await play(
      one(
        `- shell: echo "$NAME"\n  environment: {NAME: "{{ colour }}"}\n  register: out\n- debug: msg="{{ out.stdout }}"\n- command: echo hush-hush\n  no_log: true`,
      ),
    );
    expect(ran.said).toEqual(['red']);
    expect(JSON.stringify(ran.ends.at(-1))).not.toContain('hush-hush');
  });

  test('fails with the place of a template that cannot be rendered', async () => {
    const ran = await play(one(`- debug:\n    msg: "{{ (colour | int) / 0 }}"`));
    expect(ran.lines).toEqual(['a failed debug']);
    expect(ran.ends[0]!.errorPlace).toMatchObject({ line: 6 });
  });
});

describe('--step', () => {
  test('asks before each task, until it shall go on', async () => {
    const asked: string[] = [];
    const answers = ['no', 'yes', 'continue'] as const;
    const ran = await play(one(`- debug: msg=1\n- debug: msg=2\n- debug: msg=3\n- debug: msg=4`), {
      step: async (name) => answers[asked.push(name) - 1]!,
    });
    expect(ran.said).toEqual(['2', '3', '4']);
    expect(asked).toHaveLength(3);
  });
});

describe('a loop', () => {
  test('runs for each item and registers all results', async () => {
    const ran = await play(
      one(
        `- command: echo {{ item }}\n  loop: [1, 2, 3]\n  when: item != 2\n  register: out\n- debug: msg="{{ out.results | map(attribute='stdout', default='-') | join(' ') }}"`,
      ),
    );
    expect(ran.said).toEqual(['1 - 3']);
    expect(ran.ends[0]!.items?.map(({ outcome }) => outcome)).toEqual(['changed', 'skipped', 'changed']);
  });

  test('names its item and index as loop_control says', async () => {
    const ran = await play(
      one(
        `- debug: msg="{{ i }}{{ colour_name }}"\n  loop: [x, y]\n  loop_control: {loop_var: colour_name, index_var: i}`,
      ),
    );
    expect(ran.ends[0]!.items?.map(({ result }) => result.msg)).toEqual(['0x', '1y']);
  });

  test('goes through a dict by with_dict', async () => {
    const ran = await play(
      one(`- debug: msg="{{ item.key }}={{ item.value }}"\n  with_dict: {one: 1, two: 2}`),
    );
    expect(ran.ends[0]!.items?.map(({ result }) => result.msg)).toEqual(['one=1', 'two=2']);
  });
});

describe('a block', () => {
  test('hands its failure to rescue, and always runs always', async () => {
    const ran = await play(
      one(
        `- block:\n    - command: /bin/false\n    - debug: msg=never\n  rescue:\n    - debug: msg="{{ ansible_failed_result.rc }}"\n  always:\n    - debug: msg=always\n- debug: msg=after`,
      ),
    );
    expect(ran.said).toEqual([1, 'always', 'after']);
    expect(ran.ends[0]!.forgiven).toBe('rescued');
    expect(ran.exitCode).toBe(0);
  });

  test('runs always also where nothing rescues', async () => {
    const ran = await play(
      one(`- block:\n    - command: /bin/false\n  always:\n    - debug: msg=always\n- debug: msg=never`),
    );
    expect(ran.said).toEqual(['always']);
    expect(ran.exitCode).toBe(2);
  });

  test('hands its conditions down', async () => {
    const ran = await play(one(`- when: colour == 'blue'\n  block:\n    - debug: msg=never`));
    expect(ran.lines).toEqual(['a skipped debug']);
  });
});
