import { describe, expect, test } from 'vitest';
import { play, type Ran } from './harness.ts';

/** Runs a play of these lines on host a. */
function onHost(
  text: string,
  ...rest: [Parameters<typeof play>[1]?, Parameters<typeof play>[2]?]
): Promise<Ran> {
  const lines = text.replace(/^/gm, '  ').trimEnd();
  return play({ 'site.yml': `- hosts: a\n  gather_facts: false\n${lines}\n` }, ...rest);
}

test('a keyword that says omit says what is around it', async () => {
  const ran = await onHost(`
tasks:
  - block:
      - debug: msg={{ ansible_check_mode }}
        check_mode: "{{ omit }}"
      - command: "false"
        ignore_errors: "{{ nobody | default(omit) }}"
    ignore_errors: true
  - debug: msg=on`);
  expect(ran.lines).toEqual(['a ok debug', 'a failed command', 'a ok debug']);
});

test('a keyword that is yes or no takes nothing else', async () => {
  const ran = await onHost(`
tasks:
  - debug: msg=x
    diff: yes.
    ignore_errors: true
    register: bad
  - debug: msg={{ bad.msg }}`);
  expect(ran.lines[0]).toBe('a failed debug');
  expect(ran.said[0]).toContain("The value 'yes.' is not a valid boolean");
});

test('a task whose time is over says so', async () => {
  const ran = await onHost(`
tasks:
  - command: sleep 60
    timeout: 1
    ignore_errors: true
    register: late
  - debug: msg="{{ late.timedout.period }} {{ late.msg }}"`);
  expect(ran.said[0]).toMatch(/^1 Timed out after 1 second\(s\)\. The command action failed to execute/);
});

describe('strategy', () => {
  const twoTasks = (strategy: string) => ({
    'site.yml': `- hosts: a,b
  gather_facts: false
  vars: {way: free}
${strategy}
  tasks:
    - command: sleep 0.3
      when: inventory_hostname == 'a'
    - command: echo second
`,
  });
  const order = async (strategy: string, subject = {}) =>
    (await play(twoTasks(strategy), {}, subject)).lines.slice(-3);

  test('may be a template of the play', async () => {
    const free = ['b changed command', 'a changed command', 'a changed command'];
    expect(await order('  strategy: "{{ way }}"')).toEqual(free);
    expect(await order('  strategy: "{{ nobody | default(\'linear\') }}"')).not.toEqual(free);
  });

  test('is that of the settings where the play names none', async () => {
    const free = ['b changed command', 'a changed command', 'a changed command'];
    expect(await order('', { playDefaults: { strategy: 'free' } })).toEqual(free);
    expect(await order('  strategy: linear', { playDefaults: { strategy: 'free' } })).not.toEqual(free);
  });
});

test('clear_host_errors in an always section lets the play go on', async () => {
  const ran = await onHost(`
tasks:
  - block:
      - command: "false"
    always:
      - meta: clear_host_errors
  - debug: msg=on`);
  expect(ran.said).toEqual(['on']);
  expect(ran.exitCode).toBe(0);
});

describe('a pattern that nobody matches', () => {
  const plays = {
    'site.yml': `- hosts: a
  gather_facts: false
  tasks:
    - group_by: key=made
- hosts: made
  gather_facts: false
  tasks:
    - debug: msg=found
- hosts: nobody
  gather_facts: false
  tasks:
    - debug: msg=never
`,
  };

  test('is judged when its play begins where hosts may be added before', async () => {
    const ran = await play(plays);
    expect(ran.said).toEqual(['found']);
    const warnings = ran.events.filter((event) => event.type === 'message').map(({ text }) => text);
    expect(warnings).toEqual(['the pattern "nobody" matches no host and no group']);
  });

  test('is an error then where the settings say so', async () => {
    await expect(play(plays, { patternMismatch: 'error' })).rejects.toThrow('"nobody" matches no host');
    const ignored = await play(plays, { patternMismatch: 'ignore' });
    expect(ignored.events.some((event) => event.type === 'message')).toBe(false);
  });
});

test('a task whose condition looks at other hosts waits for them', async () => {
  const ran = await play({
    'site.yml': `- hosts: a,b
  gather_facts: false
  tasks:
    - include_tasks: more.yml
      when: inventory_hostname == 'b'
    - assert:
        that: hostvars.b.done is defined
`,
    'more.yml': '- command: sleep 0.3\n- set_fact: {done: true}\n',
  });
  expect(ran.lines.slice(-2).sort()).toEqual(['a ok assert', 'b ok assert']);
});

test('what an imported playbook names may use the variables of the import', async () => {
  const ran = await play({
    'site.yml': '- import_playbook: inner.yml\n  vars: {file: tasks.yml}\n',
    'inner.yml': '- hosts: a\n  gather_facts: false\n  tasks:\n    - import_tasks: "{{ file }}"\n',
    'tasks.yml': '- debug: msg=imported\n',
  });
  expect(ran.said).toEqual(['imported']);
});

test('a handler of a role listens under the name of its role, too', async () => {
  const ran = await play({
    'site.yml': `- hosts: a
  gather_facts: false
  roles: [web]
  tasks:
    - command: "true"
      notify: "web : news"
`,
    'roles/web/handlers/main.yml': '- debug: msg=heard\n  listen: news\n',
  });
  expect(ran.said).toEqual(['heard']);
});

test('include_vars takes files without an extension where it is asked to', async () => {
  const ran = await play({
    'site.yml': `- hosts: a
  gather_facts: false
  tasks:
    - include_vars: {dir: many, extensions: [''], ignore_unknown_extensions: true}
    - debug: msg={{ plain }}{{ other | default('-') }}
    - include_vars: {dir: many, extensions: [json]}
      ignore_errors: true
      register: bad
    - debug: msg={{ bad.message }}
`,
    'many/plain': 'plain: 1\n',
    'many/other.yml': 'other: 2\n',
  });
  expect(ran.said).toEqual(['1-', expect.stringMatching(/does not have a valid extension: json$/)]);
});

test('a handler that is not there is a warning where the settings say so', async () => {
  const site = {
    'site.yml':
      '- hosts: a\n  gather_facts: false\n  tasks:\n    - command: "true"\n      notify: nobody\n    - debug: msg=on\n',
  };
  const setting = (name: string) =>
    name === 'ERROR_ON_MISSING_HANDLER' ? { value: false, origin: 'test' } : undefined;
  const ran = await play(site, {}, { setting });
  expect(ran.said).toEqual(['on']);
  expect(ran.events.filter((event) => event.type === 'message').map(({ text }) => text)).toEqual([
    expect.stringContaining("The requested handler 'nobody' was not found"),
  ]);
});

test('a module may be named by a template, for each host another one', async () => {
  const ran = await play({
    'site.yml': `- hosts: a,b
  gather_facts: false
  tasks:
    - set_fact: {which: "{{ 'debug' if inventory_hostname == 'a' else 'command' }}"}
    - action: {module: "{{ which }}"}
      register: out
      args: "{{ {'msg': 'hello'} if which == 'debug' else {'cmd': 'true'} }}"
    - action: "{{ nothing }}"
      ignore_errors: true
`,
  });
  expect(ran.lines.slice(2).sort()).toEqual(
    ['a failed {{ nothing }}', 'a ok debug', 'b changed command', 'b failed {{ nothing }}'].sort(),
  );
});
