import { expect, test } from 'vitest';
import { play } from './harness.ts';

const ROLE = {
  'site.yml': '- hosts: a\n  gather_facts: false\n  vars: {apache_ports: 80}\n  roles:\n    - x\n',
  'roles/x/defaults/main.yml': [
    'vhost_lines: "Listen {{ apache_port }}"',
    'vhosts:',
    '  - port: "{{ vhost_lines }}"',
    'count: "{{ 1 / 0 }}"',
    '',
  ].join('\n'),
  'roles/x/templates/y.j2': '# y\n\n{% for host in vhosts %}\n{{ host.port }}\n{% endfor %}\n',
  'roles/x/templates/z.j2': '# z\n{{ count }}\n',
};

const roleWith = (tasks: string, more: Record<string, string> = {}): Record<string, string> => ({
  ...ROLE,
  'roles/x/tasks/main.yml': tasks,
  ...more,
});

// What a run told of its last task, with paths as seen from the project.
async function failure(
  files: Record<string, string>,
): Promise<{ why: unknown; lines: string[]; chain: unknown }> {
  const { ends } = await play(files);
  const end = ends.at(-1)!;
  expect(end.outcome).toBe('failed');
  return { why: end.why, lines: String(end.result.msg).split('\n'), chain: end.chain };
}

test('an undefined name is told with the variables, the template and the includes that led there', async () => {
  const { why, lines } = await failure(roleWith('- name: Y\n  template: {src: y.j2, dest: /nowhere/y}\n'));
  expect(why).toBe("'apache_port' is undefined");
  expect(lines).toEqual([
    expect.stringMatching(/'apache_port' is undefined$/),
    'used by vhost_lines (roles/x/defaults/main.yml:1:14)',
    'used by vhosts[0].port (roles/x/defaults/main.yml:3:11)',
    'used by the template roles/x/templates/y.j2:4',
    'in the task "x : Y" (roles/x/tasks/main.yml:1:3), included from site.yml:5:7',
    'Did you mean "apache_ports"?',
  ]);
});

test('a condition in included tasks is told with each include', async () => {
  const { lines } = await failure(
    roleWith('- include_tasks: more.yml\n', {
      'roles/x/tasks/more.yml': '- name: W\n  debug: msg=x\n  when: vhost_lines == "x"\n',
    }),
  );
  expect(lines.slice(1, 3)).toEqual([
    'used by vhost_lines (roles/x/defaults/main.yml:1:14)',
    'in the task "x : W" (roles/x/tasks/more.yml:1:3), included from roles/x/tasks/main.yml:1:3, included from site.yml:5:7',
  ]);
});

test('an error that is no undefined name has its chain too, and no name that could be meant', async () => {
  const { lines, chain } = await failure(roleWith('- template: {src: z.j2, dest: /nowhere/z}\n'));
  expect(lines).toEqual([expect.stringMatching(/division by zero$/)]);
  expect(chain).toEqual([
    'used by count (roles/x/defaults/main.yml:4:8)',
    'used by the template roles/x/templates/z.j2',
    'in the task "x : template" (roles/x/tasks/main.yml:1:3), included from site.yml:5:7',
  ]);
});

test('the place of the error is that of the first cause', async () => {
  const { ends } = await play(roleWith('- debug: msg="{{ vhosts }}"\n'));
  expect(ends.at(-1)!.errorPlace).toMatchObject({ line: 1, column: 24 });
  expect(ends.at(-1)!.errorPlace!.file).toMatch(/defaults\/main\.yml$/);
});

test('a task with no_log tells nothing of the chain', async () => {
  const { ends } = await play(roleWith('- debug: msg="{{ vhosts }}"\n  no_log: true\n'));
  expect(JSON.stringify(ends.at(-1))).not.toContain('vhost_lines');
});

test('a template file that fails by itself is told with its line', async () => {
  const { lines } = await failure(
    roleWith('- template: {src: own.j2, dest: /nowhere/own}\n', {
      'roles/x/templates/own.j2': '# x\n{% include "part.j2" %}\n',
      'roles/x/templates/part.j2': '\n\n{{ nowhere_to_be_found }}\n',
    }),
  );
  expect(lines.slice(0, 3)).toEqual([
    expect.stringMatching(/'nowhere_to_be_found' is undefined$/),
    'used by the template roles/x/templates/part.j2:3',
    'used by the template roles/x/templates/own.j2',
  ]);
});
