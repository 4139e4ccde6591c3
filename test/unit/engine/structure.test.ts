import { describe, expect, test } from 'vitest';
import { play } from './harness.ts';

describe('handlers', () => {
  test('run once, at the end of the section, in the order of the play', async () => {
    const ran = await play({
      'site.yml': `- hosts: a
  gather_facts: false
  tasks:
    - command: "true"
      notify: [second, first]
    - command: "true"
      notify: first
    - debug: msg=task
  handlers:
    - name: first
      debug: msg=first
    - name: other
      listen: second
      debug: msg=second
    - name: unused
      debug: msg=unused
`,
    });
    expect(ran.said).toEqual(['task', 'first', 'second']);
  });

  test('run at meta: flush_handlers, and not for a host that failed', async () => {
    const ran = await play({
      'site.yml': `- hosts: a
  gather_facts: false
  tasks:
    - command: "true"
      notify: one
    - meta: flush_handlers
    - debug: msg=between
    - command: "true"
      notify: one
    - command: /bin/false
  handlers:
    - name: one
      debug: msg=handler
`,
    });
    expect(ran.said).toEqual(['handler', 'between']);
  });

  test('run for a failed host too where they are forced', async () => {
    const site = `- hosts: a
  gather_facts: false
  force_handlers: true
  tasks:
    - command: "true"
      notify: one
    - command: /bin/false
  handlers:
    - name: one
      debug: msg=handler
`;
    expect((await play({ 'site.yml': site })).said).toEqual(['handler']);
  });
});

describe('roles and includes', () => {
  const role = {
    'roles/web/defaults/main.yml': 'web_port: 80\nname: web\n',
    'roles/web/vars/main.yml': 'fixed: vars\n',
    'roles/web/meta/main.yml': 'dependencies: [{role: base, level: 3}]\n',
    'roles/web/handlers/main.yml': '- name: restart\n  debug: msg="restarted {{ name }}"\n',
    'roles/web/tasks/main.yml': `- debug: msg="{{ name }} {{ web_port }} {{ fixed }} {{ role_name }}"
  changed_when: true
  notify: restart
- import_tasks: more.yml
  vars: {extra: yes}
`,
    'roles/web/tasks/more.yml': '- debug: msg="more {{ extra }}"\n',
    'roles/base/defaults/main.yml': 'level: 0\n',
    'roles/base/tasks/main.yml': '- debug: msg="base {{ level }}"\n',
  };

  test('a role runs after its dependencies, with parameters over vars over defaults', async () => {
    const ran = await play({
      ...role,
      'site.yml': `- hosts: a
  gather_facts: false
  roles: [{role: web, web_port: 8080}]
`,
    });
    const messages = ran.ends.map(({ result }) => result.msg);
    expect(messages).toEqual(['base 3', 'web 8080 vars web', 'more True', 'restarted web']);
  });

  test("handlers are imported from the role's tasks/ too", async () => {
    const ran = await play({
      ...role,
      'roles/web/handlers/main.yml': '- import_tasks: reload.yml\n',
      'roles/web/tasks/reload.yml': '- name: restart\n  debug: msg="from tasks/"\n',
      'site.yml': '- hosts: a\n  gather_facts: false\n  roles: [web]\n',
    });
    expect(ran.said.at(-1)).toBe('from tasks/');
  });

  test('include_role and include_tasks load when their turn has come, also in loops', async () => {
    const ran = await play({
      ...role,
      'greet.yml': '- debug: msg="{{ greeting }} {{ item }}"\n',
      'site.yml': `- hosts: a
  gather_facts: false
  tasks:
    - include_tasks: greet.yml
      loop: [x, y]
      vars: {greeting: hi}
    - include_role: {name: base}
      vars: {level: 9}
`,
    });
    expect(ran.said.filter((said) => said !== undefined)).toEqual(['hi x', 'hi y', 'base 9']);
  });
});

describe('variables', () => {
  test('the stronger layer counts', async () => {
    const ran = await play(
      {
        'group_vars/all.yml': 'v: group all\nw: group all\n',
        'group_vars/web.yml': 'w: group web\nx: group web\n',
        'host_vars/a.yml': 'x: host\ny: host\n',
        'vars.yml': 'y: file\nz: file\n',
        'site.yml': `- hosts: a
  gather_facts: false
  vars: {y: play, u: play}
  vars_files: [vars.yml]
  tasks:
    - debug: msg="{{ v }}|{{ w }}|{{ x }}|{{ y }}|{{ z }}|{{ u }}"
      vars: {u: task}
    - set_fact: {u: fact}
    - debug: msg="{{ u }} {{ e }}"
      vars: {u: task, e: task}
`,
      },
      {},
      { extraVars: [{ values: { e: 'extra' }, origin: 'test' }] },
    );
    expect(ran.said).toEqual(['group all|group web|host|file|file|task', 'fact extra']);
  });

  test('are rendered when they are asked for, and only what is asked for', async () => {
    const ran = await play({
      'site.yml': `- hosts: a
  gather_facts: false
  vars:
    settings: {good: "{{ base }}/x", bad: "{{ missing_one }}"}
    base: /srv
  tasks:
    - debug: msg="{{ settings.good }}"
`,
    });
    expect(ran.said).toEqual(['/srv/x']);
  });

  test('what a host says is never rendered', async () => {
    const ran = await play({
      'site.yml': `- hosts: a
  gather_facts: false
  vars: {secret: 42}
  tasks:
    - command: printf '%s' '{''{ secret }''}'
      register: out
    - debug: msg="{{ out.stdout }}"
    - set_fact: {copied: "{{ out.stdout }}"}
    - debug: msg="{{ copied }}"
    - debug: msg="{{ hostvars['a'].copied }}"
`,
    });
    expect(ran.said).toEqual(['{{ secret }}', '{{ secret }}', '{{ secret }}']);
  });
});

describe('several hosts', () => {
  test('do steps in the order of the play (linear), one batch after the other (serial)', async () => {
    const ran = await play({
      'site.yml': `- hosts: all
  gather_facts: false
  serial: [1, 2]
  tasks:
    - shell: sleep 0.0{{ 3 - groups['all'].index(inventory_hostname) }}; echo one {{ inventory_hostname }} >> {{ dir }}/log
    - shell: echo two {{ inventory_hostname }} >> {{ dir }}/log
- hosts: a
  gather_facts: false
  tasks:
    - command: cat {{ dir }}/log
      register: log
    - debug: msg="{{ log.stdout_lines }}"
`,
    });
    const log = ran.said[0] as string[];
    expect(log.slice(0, 2)).toEqual(['one a', 'two a']);
    expect(log.slice(2, 4).sort()).toEqual(['one b', 'one c']);
    expect(log.slice(4).sort()).toEqual(['two b', 'two c']);
  });

  test('run_once is done by one and known to all', async () => {
    const ran = await play({
      'site.yml': `- hosts: all
  gather_facts: false
  tasks:
    - shell: echo x >> {{ dir }}/once; wc -l < {{ dir }}/once
      run_once: true
      register: count
    - debug: msg="{{ inventory_hostname }} {{ count.stdout | trim }}"
`,
    });
    expect([...ran.said].sort()).toEqual(['a 1', 'b 1', 'c 1']);
  });

  test('the others go on when one fails, and any_errors_fatal stops all', async () => {
    const site = (fatal: boolean): string => `- hosts: all
  gather_facts: false
  any_errors_fatal: ${fatal}
  tasks:
    - shell: "[ {{ inventory_hostname }} != b ]"
    - debug: msg="{{ inventory_hostname }}"
`;
    expect([...(await play({ 'site.yml': site(false) })).said].sort()).toEqual(['a', 'c']);
    expect((await play({ 'site.yml': site(true) })).said).toEqual([]);
  });

  test('max_fail_percentage stops the play', async () => {
    const ran = await play({
      'site.yml': `- hosts: all
  gather_facts: false
  max_fail_percentage: 30
  tasks:
    - shell: "[ {{ inventory_hostname }} != b ]"
    - debug: msg="{{ inventory_hostname }}"
`,
    });
    expect(ran.said).toEqual([]);
  });

  test('delegate_to runs a task elsewhere, with the variables of the host it is for', async () => {
    const ran = await play({
      'site.yml': `- hosts: a
  gather_facts: false
  tasks:
    - command: echo {{ inventory_hostname }}
      delegate_to: b
      register: out
    - debug: msg="{{ out.stdout }}"
`,
    });
    expect(ran.said).toEqual(['a']);
    expect(ran.ends[0]!.delegate).toBe('b');
  });

  test('no more hosts at a time than throttle allows', async () => {
    const ran = await play({
      'site.yml': `- hosts: all
  gather_facts: false
  tasks:
    - shell: echo + >> {{ dir }}/log; sleep 0.05; echo - >> {{ dir }}/log
      throttle: 1
- hosts: a
  gather_facts: false
  tasks:
    - command: cat {{ dir }}/log
      register: log
    - debug: msg="{{ log.stdout_lines | join }}"
`,
    });
    expect(ran.said).toEqual(['+-+-+-']);
  });

  test('no more work at a time than forks allow', async () => {
    const ran = await play(
      {
        'site.yml': `- hosts: all
  gather_facts: false
  tasks:
    - shell: echo + >> {{ dir }}/log; sleep 0.05; echo - >> {{ dir }}/log
- hosts: a
  gather_facts: false
  tasks:
    - command: cat {{ dir }}/log
      register: log
    - debug: msg="{{ log.stdout_lines | join }}"
`,
      },
      { forks: 1 },
    );
    expect(ran.said).toEqual(['+-+-+-']);
  });
});

describe('tags', () => {
  const site = `- hosts: a
  gather_facts: false
  tasks:
    - debug: msg=plain
    - debug: msg=one
      tags: one
    - debug: msg=always
      tags: always
    - debug: msg=never
      tags: [never, two]
    - block:
        - debug: msg=inherited
      tags: one
`;
  test.each([
    [[], [], ['plain', 'one', 'always', 'inherited']],
    [['one'], [], ['one', 'always', 'inherited']],
    [['two'], [], ['always', 'never']],
    [[], ['one'], ['plain', 'always']],
    [['untagged'], [], ['plain', 'always']],
    [['tagged'], ['always'], ['one', 'inherited']],
  ])('--tags %j --skip-tags %j', async (tags, skipTags, said) => {
    expect((await play({ 'site.yml': site }, { tags, skipTags })).said).toEqual(said);
  });
});
