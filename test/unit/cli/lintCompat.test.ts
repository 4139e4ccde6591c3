import { expect, it } from 'vitest';
import { compatReport } from '../../../src/cli/compat/report.ts';
import { scanProject } from '../../../src/cli/compat/scan.ts';
import { project } from '../engine/harness.ts';

const FILES = {
  'site.yml': `- hosts: all
  strategy: mitogen_linear
  roles: [web]
  tasks:
    - name: Container
      community.docker.docker_container: {name: x}
    - name: Fine
      copy: {content: "{{ x | upper }}", dest: /srv/x}
      when: x is defined and x | nonsuch
    - name: Typo
      copy: {contents: x, dest: /srv/x}
`,
  'roles/web/tasks/main.yml': `- block:
    - command: "echo {{ lookup('passwordstore', 'a') }} {{ query('env', 'HOME') }}"
      with_filetree: [a]
  rescue:
    - copyy: {dest: /x}
- ansible.builtin.debug: {msg: hi}
`,
  'roles/web/defaults/main.yml': 'a: "{{ b | other.coll.thing }}"\nb: "{{ ("\n',
  'roles/web/templates/x.j2': 'first\n{% if a is oddly %}{% endif %}\n',
  'roles/web/files/x.yml': 'nothing: [',
  'group_vars/all/vault.yml': '$ANSIBLE_VAULT;1.1;AES256\n6162\n',
  'library/own.py': '',
  'plugins/modules/other.py': '',
  'scripts/modules/no_module.py': '',
};

async function report(files: Record<string, string>, places: 'all' | 'few' = 'few'): Promise<string> {
  const { folder, remove } = project(files);
  try {
    return compatReport(await scanProject(folder), folder, places);
  } finally {
    remove();
  }
}

it('names all that does not run, with its place and what to use instead', async () => {
  const text = await report(FILES);
  for (const line of [
    '  community.docker.docker_container\n    site.yml:6:7\n    instead: command with docker',
    '  copyy\n    roles/web/tasks/main.yml:5:7\n    instead: Did you mean "copy"?',
    '  nonsuch\n    site.yml:9:34\n',
    '  other.coll.thing\n    roles/web/defaults/main.yml:1:11\n',
    '  oddly\n    roles/web/templates/x.j2:2:12\n',
    '  passwordstore\n    roles/web/tasks/main.yml:2:',
    '  strategy: mitogen_linear\n    site.yml:2:13\n    instead: one of linear, free, host_pinned',
    '  module (2 times)\n    library/own.py:1:1\n    plugins/modules/other.py:1:1\n',
    'copy has no parameter "contents"',
    'roles/web/defaults/main.yml:2:',
  ])
    expect(text).toContain(line);
  expect(text).not.toMatch(/no_module|files\/x\.yml|upper|query/);
  expect(text).toContain('1 of 6 tasks (16 %) in 1 plays and the roles run as they are; they use 5 modules.');
  expect(text).toContain('Not looked into, since encrypted: group_vars/all/vault.yml.');
});

it('shows the first places of what is used often, and all on demand', async () => {
  const tasks = Array.from({ length: 5 }, () => '- {name: x, nonsuch_mod: {}}\n').join('');
  expect(await report({ 'tasks/main.yml': tasks })).toContain('and 2 more; -v shows all');
  expect(await report({ 'tasks/main.yml': tasks }, 'all')).toContain('tasks/main.yml:5:13');
});

it('says that all of it runs where it does', async () => {
  expect(await report({ 'tasks/main.yml': '- {name: x, ping: {}}\n' })).toBe(
    '1 of 1 tasks (100 %) in 0 plays and the roles run as they are; they use 1 module.\nNothing was found that does not run.',
  );
});
