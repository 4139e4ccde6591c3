import { describe, expect, test } from 'vitest';
import { play } from './harness.ts';

const on = (tasks: string, host = 'a'): Record<string, string> => ({
  'site.yml': `- hosts: ${host}\n  gather_facts: false\n  tasks:\n${tasks.replace(/^/gm, '    ')}\n`,
});

async function failure(task: string): Promise<{ msg: unknown; why: string | undefined }> {
  const { ends } = await play(on(`${task}\n  register: r\n  ignore_errors: true`));
  const [end] = ends;
  return { msg: end!.result.msg, why: end!.why };
}

describe('what a failed task registers as msg', () => {
  test.each([
    ['{{ 1 | dict2items }}', 'dict2items requires a dictionary, got int instead.'],
    ['{{ [1] | items2dict }}', 'items2dict requires a list of dictionaries, and one of it is 1'],
    ['{{ "x" | regex_escape(re_type="haha") }}', 'Invalid regex type (haha)'],
    ['{{ 1.5 | random }}', 'random can only be used on sequences and integers, not on float'],
    ['{{ "yo" | log }}', 'it can only be used on numbers, not on str'],
    [
      '{{ [] | rekey_on_member("a", duplicates="b") }}',
      'duplicates parameter to rekey_on_member has unknown value: b',
    ],
  ])('%s', async (template, msg) => {
    const told = await failure(`- debug:\n    msg: '${template}'`);
    expect(told.msg).toBe(msg);
    expect(told.why).toContain(msg);
    expect(told.why).toMatch(/^\w+: .* in `/);
  });

  test.each([
    ['with_dict: [1]', 'with_dict expects a dict, and gets 1'],
    ['with_list: {a: 1}', 'with_list expects a list'],
    ['with_indexed_items: {a: 1}', 'with_indexed_items expects a list'],
    ['with_together: []', 'with_together requires at least one element in each list'],
    ['with_sequence: start=1', 'must specify count or end in with_sequence'],
    ['with_sequence: start=0 junk=3', "unrecognized arguments to with_sequence: ['junk']"],
    ['with_sequence: start=A end=3', 'Invalid type for \'start\': an integer is needed, not "A"'],
  ])('of a loop %s', async (loop, msg) => {
    expect((await failure(`- debug: msg=x\n  ${loop}`)).msg).toBe(msg);
  });

  test('tells of an undefined variable', async () => {
    const { msg, why } = await failure('- debug: msg="{{ nope }}"');
    expect(msg).toContain("undefined variable. The error was: 'nope' is undefined");
    expect(why).toBe("'nope' is undefined");
  });

  test('and a condition that is judged afterwards keeps what was done', async () => {
    const { ends } = await play(on('- command: echo x\n  failed_when: nope\n  ignore_errors: true'));
    expect(ends[0]!.result).toMatchObject({
      stdout: 'x',
      failed_when_result: expect.stringContaining('nope'),
    });
  });
});

describe('names that templates give', () => {
  test('of a variable to set, before the equals sign', async () => {
    const { said } = await play(
      on(`- set_fact: "{{ 'x' + item }}={{ item }}"\n  with_items: [p, q]\n- debug: msg={{ xp + xq }}`),
    );
    expect(said).toEqual(['pq']);
  });

  test('of a variable to show', async () => {
    const { ends } = await play(on('- debug: var={{ item }}\n  loop: [inventory_hostname]'));
    expect(ends[0]!.result).toMatchObject({ results: [{ inventory_hostname: 'a' }] });
  });

  test('but a host cannot name an expression to show', async () => {
    const { ends } = await play(
      on(
        `- command: echo "lookup('env', 'HOME')"\n  register: r\n- debug: var={{ r.stdout }}\n  ignore_errors: true`,
      ),
    );
    expect(ends[1]).toMatchObject({
      outcome: 'failed',
      why: expect.stringContaining('no name of a variable'),
    });
  });

  test('of the hosts of a play, as a list', async () => {
    const { lines } = await play({
      'site.yml': `- hosts: "{{ those }}"\n  gather_facts: false\n  vars: {those: [a, c]}\n  tasks: [{ping: }]`,
    });
    expect(lines.sort()).toEqual(['a ok ping', 'c ok ping']);
  });

  test('an option of a lookup may be called name', async () => {
    const { said } = await play(on(`- debug: msg="{{ lookup('vars', name='x') | type_debug }}"`));
    expect(said).toEqual(['list']);
  });

  test('a name to register is one of a variable', async () => {
    await expect(play(on('- debug: msg=x\n  register: 200'))).rejects.toThrow(
      "Invalid variable name in 'register' specified: '200'",
    );
  });
});

describe('how a host is reached, as a variable', () => {
  const shown = (names: string): string => `- debug: msg="{{ ${names} }}"`;

  test('is there where nothing says it', async () => {
    const inventory = 'a ansible_connection=local\nb ansible_connection=local ansible_ssh_host=192.0.2.7\n';
    const { said } = await play({
      hosts: inventory,
      ...on(shown('[ansible_connection, ansible_host]'), 'a:b'),
    });
    expect(said).toEqual([
      ['local', 'a'],
      ['local', '192.0.2.7'],
    ]);
  });

  test('is the keyword of the play', async () => {
    const { said } = await play({
      hosts: 'a\n',
      'site.yml': `- hosts: a\n  gather_facts: false\n  connection: local\n  remote_user: who\n  tasks:\n    - debug: msg="{{ [ansible_connection, ansible_user] }}"`,
    });
    expect(said).toEqual([['local', 'who']]);
  });

  test('is this machine for localhost, with its own Python', async () => {
    const { said } = await play({
      hosts: 'a\n',
      ...on(
        shown('[ansible_connection, ansible_host, ansible_python_interpreter == ansible_playbook_python]'),
        'localhost',
      ),
    });
    expect(said).toEqual([['local', '127.0.0.1', true]]);
  });
});

test('a role that is included knows the names and paths of those that include it', async () => {
  const { said } = await play({
    'roles/outer/tasks/main.yml': '- include_role: {name: inner}\n',
    'roles/inner/tasks/main.yml':
      '- debug: msg="{{ [ansible_parent_role_names, ansible_parent_role_paths | map(\'basename\')] }}"\n',
    'site.yml': '- hosts: a\n  gather_facts: false\n  roles: [outer]\n',
  });
  expect(said).toEqual([[['outer'], ['outer']]]);
});

describe('facts', () => {
  test('are gathered without what the environment needs of them', async () => {
    const { said, exitCode } = await play({
      hosts: 'a ansible_connection=local\n',
      'site.yml': `- hosts: a
  gather_subset: ['!all', env]
  environment: {MINE: "{{ ansible_env.HOME }}", OTHER: there}
  tasks:
    - debug: msg="{{ [ansible_env.OTHER, ansible_env.MINE is defined] }}"
    - shell: echo $MINE
      register: r
    - debug: msg="{{ r.stdout == ansible_env.HOME }}"`,
    });
    expect(exitCode).toBe(0);
    expect(said).toEqual([['there', false], true]);
  });

  test('are looked for again after a change, and tell what is wrong with local ones', async () => {
    const gathering = `  gather_subset: ['!all']\n  fact_path: "{{ dir }}/facts"`;
    const { said } = await play({
      hosts: 'a ansible_connection=local\n',
      'facts/bad.fact': '[x]\nvalue = 50% off % now\n',
      'facts/good.fact': '[x]\nhome = /srv\npath = %(home)s/a\n',
      'site.yml': `- hosts: a
${gathering}
  tasks:
    - debug: msg="{{ [ansible_local.good.x.path, ansible_local.bad] }}"
    - copy: {dest: "{{ dir }}/facts/new.fact", content: "{}"}
    - file: {path: "{{ dir }}/facts/dead.fact", src: /nowhere, state: link, force: true}
- hosts: a
${gathering}
  tasks:
    - debug: msg="{{ ansible_local.keys() | sort }}"
    - debug: msg="{{ ansible_local.dead }}"`,
    });
    expect(said).toEqual([
      ['/srv/a', expect.stringMatching(/^error loading facts as ini - please check content: .*bad\.fact/)],
      ['bad', 'dead', 'good', 'new'],
      expect.stringMatching(/^Could not stat fact \(.*dead\.fact\)/),
    ]);
  });
});
