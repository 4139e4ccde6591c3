import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { TaskEnd } from '../../../src/engine/events.ts';
import { DEFAULT_OPTIONS } from '../../../src/engine/options.ts';
import { prepare } from '../../../src/engine/prepare.ts';
import { run } from '../../../src/engine/run.ts';
import { createTransport } from '../../../src/transport/index.ts';
import { play, project, subjectIn } from './harness.ts';

const site = (tasks: string): Record<string, string> => ({
  'site.yml': `- hosts: a\n  gather_facts: false\n  tasks:\n${tasks.replace(/^/gm, '    ')}\n`,
});

describe('check mode', () => {
  test('writes nothing, and sees what it planned itself', async () => {
    const { folder, remove } = project({
      hosts: 'a ansible_connection=local\n',
      ...site(
        `- file: {path: "{{ dir }}/new", state: directory}\n- file: {path: "{{ dir }}/new/below", state: directory}\n- copy: {dest: "{{ dir }}/new/file", content: text}\n- command: touch {{ dir }}/touched`,
      ),
    });
    try {
      const before = readdirSync(folder);
      const ends: TaskEnd[] = [];
      const prepared = await prepare(subjectIn(folder));
      await run(prepared, { ...DEFAULT_OPTIONS, check: true }, createTransport({}), (event) => {
        if (event.type === 'task-end') ends.push(event);
      });
      expect(ends.map(({ outcome }) => outcome)).toEqual(['changed', 'changed', 'changed', 'unknown']);
      expect(ends[1]!.changes.map(({ summary }) => summary)).toEqual([
        `create directory ${folder}/new/below`,
      ]);
      expect(readdirSync(folder)).toEqual(before);
      expect(existsSync(`${folder}/touched`)).toBe(false);
    } finally {
      remove();
    }
  });

  test('says that what depends on an unknown result is unknown, with the reason', async () => {
    const ran = await play(
      site(
        `- command: echo yes\n  register: out\n- debug: msg=maybe\n  when: out.stdout == 'yes'\n- file: {path: "{{ dir }}/x", state: directory}\n  when: out.stdout == 'yes'\n- set_fact: {copied: "{{ out.stdout | default('') }}"}\n- file: {path: "{{ dir }}/{{ copied }}z", state: directory}`,
      ),
      { check: true },
    );
    expect(ran.lines.map((line) => line.split(' ')[1])).toEqual([
      'unknown',
      'unknown',
      'unknown',
      'unknown',
      'unknown',
    ]);
    expect(ran.ends[2]!.why).toContain('out');
  });

  test('a condition of assert on an unknown result is unknown, not failed', async () => {
    const ran = await play(
      site(`- command: echo yes\n  register: out\n- assert:\n    that: "'yes' in out.content"`),
      { check: true },
    );
    expect(ran.lines).toEqual(['a unknown command', 'a unknown assert']);
  });

  test('is left by a task with check_mode: false, and entered by one with check_mode: true', async () => {
    const ran = await play(
      site(`- command: echo real\n  check_mode: false\n  register: out\n- debug: msg="{{ out.stdout }}"`),
      { check: true },
    );
    expect(ran.said).toEqual(['real']);
    const planned = await play(site('- command: touch {{ dir }}/x\n  check_mode: true'));
    expect(planned.lines).toEqual(['a unknown command']);
  });

  test('what it runs all the same may fail for want of what was only planned: that is unknown', async () => {
    const tasks = `- command: "true"
- command: "{{ dir }}/program --version"
  check_mode: false
  changed_when: false
  register: out
- set_fact: {version: "{{ out.stdout.split()[2] }}"}
- debug: msg="{{ version }}"`;
    const ran = await play(site(tasks), { check: true });
    expect(ran.lines).toEqual([
      'a unknown command',
      'a unknown command',
      'a unknown set_fact',
      'a unknown debug',
    ]);
    const judged = `- command: "true"
- command: "{{ dir }}/program"
  check_mode: false
  ignore_errors: true
- command: "{{ dir }}/program"
  check_mode: false
  failed_when: false`;
    expect((await play(site(judged), { check: true })).lines.slice(1)).toEqual([
      'a failed command',
      'a ok command',
    ]);
    const alone = '- command: "{{ dir }}/program"\n  check_mode: false';
    expect((await play(site(alone), { check: true })).lines).toEqual(['a failed command']);
  });

  test('variables that may or may not be included are not known', async () => {
    const files = {
      ...site(
        `- command: "true"
  register: out
- include_vars: one.yml
  when: out.stdout == "x"
- debug: msg="{{ value }}"
- include_vars: one.yml
- debug: msg="{{ value }}"`,
      ),
      'one.yml': 'value: 1\n',
    };
    const ran = await play(files, { check: true });
    expect(ran.lines).toEqual([
      'a unknown command',
      'a unknown include_vars',
      'a unknown debug',
      'a ok include_vars',
      'a ok debug',
    ]);
  });

  test('runs handlers of changed tasks, and those of unknown ones as unknown', async () => {
    const ran = await play(
      {
        'site.yml': `- hosts: a
  gather_facts: false
  tasks:
    - command: "true"
      notify: perhaps
    - file: {path: "{{ dir }}/d", state: directory}
      notify: surely
  handlers:
    - name: perhaps
      file: {path: "{{ dir }}/e", state: directory}
    - name: surely
      file: {path: "{{ dir }}/f", state: directory}
`,
      },
      { check: true },
    );
    expect(ran.lines).toEqual([
      'a unknown command',
      'a changed file',
      'a unknown perhaps',
      'a changed surely',
    ]);
  });
});
