import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { play, project } from './harness.ts';

const IN = 'collections/ansible_collections/acme/web';
const TOLD = '"{{ [ansible_role_name, role_name, ansible_collection_name] }}"';
const FILES = {
  [`${IN}/roles/app/tasks/main.yml`]: `- debug: {msg: ${TOLD}}\n`,
  [`${IN}/roles/app/meta/main.yml`]: 'dependencies: [base]\n',
  [`${IN}/roles/base/tasks/main.yml`]: `- debug: {msg: ${TOLD}}\n- include_role: {name: late}\n`,
  [`${IN}/roles/late/tasks/main.yml`]: `- debug: {msg: "late of {{ ansible_role_name }}"}\n`,
};
const APP = [
  ['acme.web.base', 'base', 'acme.web'],
  'late of acme.web.late',
  ['acme.web.app', 'app', 'acme.web'],
];

it('finds a role by its full name, and what it needs by short names in its own collection', async () => {
  const { said, lines } = await play({
    ...FILES,
    'site.yml': '- hosts: a\n  gather_facts: false\n  roles: [acme.web.app]\n',
  });
  expect(said).toEqual(APP);
  expect(lines).toContain('a ok acme.web.app : debug');
});

it('finds a role by its short name where the play names its collection', async () => {
  const { said } = await play({
    ...FILES,
    'roles/app/tasks/main.yml': '- debug: {msg: a role of the playbook}\n',
    'site.yml': '- hosts: a\n  gather_facts: false\n  collections: [acme.web]\n  roles: [app]\n',
  });
  expect(said).toEqual(APP);
});

it('imports a playbook of a collection, which finds the roles of its own collection', async () => {
  const { said } = await play({
    ...FILES,
    [`${IN}/playbooks/site.yml`]: '- hosts: a\n  gather_facts: false\n  roles: [app]\n',
    'site.yml': '- import_playbook: acme.web.site\n',
  });
  expect(said).toEqual(APP);
});

it('looks where the settings say too, and runs a playbook by its full name', async () => {
  const { folder, remove } = project({
    [`shared/${IN.replace('collections/', '')}/playbooks/site.yml`]:
      '- hosts: a\n  gather_facts: false\n  tasks: [debug: {msg: shared}]\n',
  });
  try {
    const subject = { playbooks: ['acme.web.site'], collectionsPath: [resolve(folder, 'shared')] };
    expect((await play({ 'site.yml': '[]\n' }, {}, subject)).said).toEqual(['shared']);
  } finally {
    remove();
  }
});

it('says what is missing', async () => {
  await expect(play({ 'site.yml': '- hosts: a\n  roles: [acme.web.gone]\n' })).rejects.toThrow(
    'there is no role "acme.web.gone"',
  );
});
