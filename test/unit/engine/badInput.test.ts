import { afterEach, expect, test } from 'vitest';
import { prepare } from '../../../src/engine/prepare.ts';
import { ProblemsError } from '../../../src/engine/prepared.ts';
import { SourceError } from '../../../src/lib/sourceError.ts';
import { project, subjectIn } from './harness.ts';

let remove = (): void => {};
afterEach(() => remove());

async function problemsOf(files: Record<string, string>, limit?: string): Promise<SourceError[]> {
  const made = project({ hosts: 'a ansible_connection=local\nweb1\n', ...files });
  remove = made.remove;
  try {
    await prepare(subjectIn(made.folder, limit === undefined ? {} : { limit }));
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    if (error instanceof SourceError) return [error];
    throw error;
  }
  return [];
}

const play = (tasks: string): Record<string, string> => ({
  'site.yml': `- hosts: a\n  tasks:\n${tasks.replace(/^/gm, '    ')}\n`,
});

test.each([
  ['a module that is not there', play('- flie: {path: /x}'), /no module "flie"/, 'file', 3],
  ['a parameter that is not there', play('- file:\n    pth: /x'), /no parameter "pth"/, 'path', 4],
  ['a wrong value', play('- file:\n    path: /x\n    state: dir'), /state/, undefined, 5],
  ['a keyword that is not there', play('- debug: msg=x\n  whn: true'), /"whn" is no keyword/, 'when', 4],
  ['a role that is not there', { 'site.yml': '- hosts: a\n  roles: [web]\n' }, /no role "web"/, undefined, 2],
  ['no play', { 'site.yml': '[]\n' }, /^A playbook must contain at least one play/, undefined, 1],
  ['no host', { 'site.yml': '- hosts: []\n' }, /^Hosts list cannot be empty/, undefined, 1],
  [
    'two users',
    { 'site.yml': '- hosts: a\n  user: b\n  remote_user: c\n' },
    /^both 'user' and/,
    undefined,
    2,
  ],
  [
    'tasks that are no list',
    { 'site.yml': '- hosts: a\n  pre_tasks: 123\n' },
    /^A malformed block was encountered while loading pre_tasks: 123 should be a list or None/,
    undefined,
    1,
  ],
  [
    'roles that are no list',
    { 'site.yml': '- hosts: a\n  roles: 1\n' },
    /^A malformed role decl/,
    undefined,
    1,
  ],
  [
    'two roles in one',
    { 'site.yml': '- hosts: a\n  roles: ["b,c"]\n' },
    /old style role .*: b,c/,
    undefined,
    2,
  ],
  [
    'a prompt without a name',
    { 'site.yml': '- hosts: a\n  vars_prompt: [{x: y}]\n' },
    /missing 'name'/,
    undefined,
    2,
  ],
  ['a template that is not there', play('- template: {src: x.j2, dest: /x}'), /x\.j2/, undefined, 3],
  [
    'a handler that is not there',
    play('- command: "true"\n  notify: nobody'),
    /^The requested handler 'nobody' was not found/,
    undefined,
    4,
  ],
  ['a file to import that is not there', play('- import_tasks: more.yml'), /more\.yml/, undefined, 3],
  [
    'a variable that nothing defines',
    play('- debug:\n    msg: "{{ prot }}"\n  vars: {port: 1}'),
    /'prot' is undefined/,
    'port',
    4,
  ],
  [
    'a lookup that is not there',
    play("- debug: {msg: \"{{ lookup('fiel', '/x') }}\"}"),
    /no lookup "fiel"/,
    'file',
    3,
  ],
  ['a loop that is not there', play('- debug: {msg: x}\n  with_fiel: [x]'), /no lookup "fiel"/, 'file', 4],
  [
    'a filter that is not there',
    play('- debug:\n    msg: "{{ 1 | defualt(2) }}"'),
    /No filter named 'defualt'/,
    'default',
    4,
  ],
  ['a condition that is no expression', play('- debug: msg=x\n  when: a ='), /./, undefined, 4],
  ['a play without hosts', { 'site.yml': '- tasks: []\n' }, /no "hosts"/, undefined, 1],
  ['broken YAML', { 'site.yml': '- hosts: a\n  tasks:\n   - debug: {msg: "x}\n' }, /./, undefined, 3],
])('%s is told with its place', async (_what, files, message, hint, line) => {
  const problems = await problemsOf(files);
  expect(problems).toHaveLength(1);
  expect(problems[0]!.message).toMatch(message);
  if (hint) expect(problems[0]!.hint).toContain(hint);
  expect(problems[0]!.place?.line).toBe(line);
});

test('all mistakes are told at once', async () => {
  const problems = await problemsOf(play('- flie: {}\n- file: {pth: /x}\n- debug: msg=x\n  whn: 1'));
  expect(problems).toHaveLength(3);
});

test('a variable behind default or a condition that asks for it is no mistake', async () => {
  const tasks =
    '- debug: msg="{{ nope | default(1) }}"\n- debug: msg="{{ other }}"\n  when: other is defined\n- command: "true"\n  register: r\n- debug: msg="{{ r.rc }}"';
  expect(await problemsOf(play(tasks))).toEqual([]);
});

test('facts that a module brings without a prefix are known', async () => {
  const tasks =
    '- package_facts:\n- getent: {database: passwd}\n- debug: msg="{{ packages | length }} {{ getent_passwd }}"';
  expect(await problemsOf(play(tasks))).toEqual([]);
});

test('a host in --limit that is not there is told with the nearest name', async () => {
  const [problem] = await problemsOf(play('- debug: msg=x'), 'wev1');
  expect(problem!.hint).toContain('web1');
});
