import { describe, expect, test } from 'vitest';
import { prepare } from '../../../src/engine/prepare.ts';
import { play, project, subjectIn } from './harness.ts';

const one = (tasks: string): Record<string, string> => ({
  'site.yml': `- hosts: a\n  gather_facts: false\n  tasks:\n${tasks.replace(/^/gm, '    ')}\n`,
});

async function told(tasks: string): Promise<{ problems: string[]; warnings: string[] }> {
  const { folder, remove } = project({ hosts: 'a ansible_connection=local\n', ...one(tasks) });
  const messages = (list: { message: string }[]): string[] => list.map(({ message }) => message);
  try {
    const { warnings } = await prepare(subjectIn(folder));
    return { problems: [], warnings: messages(warnings) };
  } catch (error) {
    return { problems: messages((error as { problems: Error[] }).problems), warnings: [] };
  } finally {
    remove();
  }
}

describe('a task whose failure the playbook reckons with', () => {
  test.each([
    ['ignore_errors', '- file: {pth: /x}\n  ignore_errors: true'],
    ['failed_when', '- file: {pth: /x}\n  failed_when: false'],
    ['a rescue', '- block:\n    - file: {pth: /x}\n  rescue:\n    - debug: msg=x'],
    [
      'a rescue further out',
      '- block:\n    - block:\n        - file: {pth: /x}\n  rescue:\n    - debug: msg=x',
    ],
  ])('by %s is warned of', async (_how, tasks) => {
    expect(await told(tasks)).toEqual({ problems: [], warnings: ['file has no parameter "pth"'] });
  });

  test.each([
    ['ignore_errors is off', '- file: {pth: /x}\n  ignore_errors: false'],
    ['it stands in the rescue itself', '- block: []\n  rescue:\n    - file: {pth: /x}'],
    ['only a condition stands before it', '- file: {pth: /x}\n  when: x is defined'],
  ])('is a mistake where %s', async (_where, tasks) => {
    expect((await told(tasks)).problems).toEqual(['file has no parameter "pth"']);
  });

  test('fails when its turn comes, and the run goes on', async () => {
    const ran = await play(one('- file: {pth: /x}\n  register: r\n  ignore_errors: true\n- debug: msg=on'));
    expect(ran.lines).toEqual(['a failed file', 'a ok debug']);
    expect(ran.exitCode).toBe(0);
  });
});

describe("a parameter of another system's package manager", () => {
  test('is only warned of where a condition may leave its task out', async () => {
    const tasks = '- package: {name: x, enablerepo: y}\n  when: x is defined';
    expect(await told(tasks)).toEqual({ problems: [], warnings: ['package has no parameter "enablerepo"'] });
  });

  test('is a mistake elsewhere', async () => {
    const tasks = '- package: {name: x, enablerepo: y}';
    expect((await told(tasks)).problems).toEqual(['package has no parameter "enablerepo"']);
  });
});

describe("a module of Ansible's that is not there", () => {
  test('may be named with the collection of the built-in ones', async () => {
    const tasks = '- ansible.builtin.yum: {name: x}\n  when: x is defined';
    expect((await told(tasks)).warnings).toEqual(['there is no module "ansible.builtin.yum"']);
  });

  test('is a mistake', async () => {
    expect((await told('- yum: {name: x}')).problems).toEqual(['there is no module "yum"']);
  });

  test('is only warned of where a condition may leave its task out, and fails where it does not', async () => {
    const tasks =
      '- some.other.thing: name=x y\n  when: inventory_hostname == "b"\n- yum: {name: x}\n  when: true';
    expect((await told(tasks)).warnings).toEqual([
      'there is no module "some.other.thing"',
      'there is no module "yum"',
    ]);
    const ran = await play(one(tasks));
    expect(ran.lines).toEqual(['a skipped some.other.thing', 'a failed yum']);
    expect(ran.ends[1]!.why).toContain('there is no module "yum"');
  });

  test('is no misspelt name', async () => {
    const tasks = '- yumm: {name: x}\n  when: false\n- ansible.builtin.fil: {path: /x}\n  when: false';
    expect((await told(tasks)).problems).toHaveLength(2);
  });
});

describe('a file of the control side that is not there', () => {
  const copy = '- copy: {src: made.txt, dest: "{{ dir }}/copied.txt"}';

  test('is no mistake where a task before may write it', async () => {
    const before = '- copy: {content: x, dest: "{{ dir }}/made.txt"}\n  delegate_to: localhost\n';
    const ran = await play(one(before + copy));
    expect(ran.lines).toEqual(['a changed copy', 'a changed copy']);
  });

  test('is one where the task that writes it comes later', async () => {
    const after = '\n- copy: {content: x, dest: "{{ dir }}/made.txt"}\n  delegate_to: localhost';
    expect((await told(copy + after)).problems).toHaveLength(1);
  });
});
