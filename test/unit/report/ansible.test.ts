import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/engine/events.ts';
import { type AnsibleReportOptions, ansibleReport } from '../../../src/report/ansible.ts';
import { plain } from '../../../src/report/palette.ts';
import { anItem, aPlayStart, aRecap, aRunEnd, aRunStart, aTask, aTaskEnd, aTaskStart } from './events.ts';

const PLAYBOOK = "- hosts: all\n  tasks:\n\n    - name: check\n      command: 'false'\n";

function printed(
  events: RunEvent[],
  given: Partial<AnsibleReportOptions> = {},
): { stdout: string; stderr: string } {
  const text = { stdout: '', stderr: '' };
  const listener = ansibleReport({
    write: (chunk) => {
      text[chunk.stream] += chunk.text;
    },
    paint: plain,
    verbosity: 0,
    width: 80,
    causesTo: 'stdout',
    displayOkHosts: true,
    displaySkippedHosts: true,
    diff: true,
    readText: () => PLAYBOOK,
    ...given,
  });
  for (const event of events) listener(event);
  return text;
}

function lines(events: RunEvent[], given: Partial<AnsibleReportOptions> = {}): string[] {
  return printed(events, given).stdout.split('\n');
}

const task = aTask({
  name: 'check',
  module: 'command',
  place: { file: '/srv/site.yml', line: 4, column: 7 },
});

test('banners are padded to 80 columns, or to the terminal', () => {
  const [empty, play] = lines([aPlayStart(['host1'])]);
  expect(empty).toBe('');
  expect(play).toBe(`PLAY [Web servers] ${'*'.repeat(61)}`);
  expect(lines([aPlayStart(['host1'])], { width: 100 })[1]).toHaveLength(100);
});

test('results of a task', () => {
  const end = (host: string, given: Parameters<typeof aTaskEnd>[0]) => aTaskEnd({ task, host, ...given });
  expect(
    lines([
      aPlayStart(['host1', 'host2', 'host3']),
      end('host1', { outcome: 'ok' }),
      end('host2', { outcome: 'changed', delegate: 'balancer' }),
      end('host3', { outcome: 'skipped' }),
    ]).slice(3),
  ).toEqual([
    `TASK [check] ${'*'.repeat(67)}`,
    'ok: [host1]',
    'changed: [host2 -> balancer]',
    'skipping: [host3]',
    '',
  ]);
});

test('handlers have a banner of their own', () => {
  const handler = aTask({ name: 'reload', handler: true });
  expect(lines([aTaskEnd({ task: handler })])[1]).toMatch(/^RUNNING HANDLER \[reload\] \*+$/);
});

describe('a failure', () => {
  const failed = aTaskEnd({
    task,
    outcome: 'failed',
    result: {
      changed: true,
      cmd: ['false'],
      msg: 'non-zero return code',
      rc: 1,
      failed: true,
      stdout: 'a\nb',
    },
  });

  test('has an error with its source and the result as JSON with sorted keys', () => {
    expect(lines([failed]).slice(2)).toEqual([
      '[ERROR]: Task failed: Module failed: non-zero return code',
      'Origin: /srv/site.yml:4:7',
      '',
      '2   tasks:',
      '3',
      '4     - name: check',
      '        ^ column 7',
      '',
      'fatal: [host1]: FAILED! => {"changed": true, "cmd": ["false"], "msg": "non-zero return code", "rc": 1, "stdout": "a\\nb"}',
      '',
    ]);
  });

  test('that is ignored says so, and its error is told once for all hosts', () => {
    const ignored = { ...failed, forgiven: 'ignored' as const };
    const text = printed([ignored, { ...ignored, host: 'host2' }]).stdout;
    expect(text.match(/\[ERROR\]/g)).toHaveLength(1);
    expect(text.match(/\n\.\.\.ignoring\n/g)).toHaveLength(2);
  });

  test('of the connection', () => {
    const end = aTaskEnd({
      task,
      outcome: 'unreachable',
      why: 'no route to host',
      result: { changed: false },
    });
    expect(lines([end])).toContain(
      'fatal: [host1]: UNREACHABLE! => {"changed": false, "msg": "no route to host", "unreachable": true}',
    );
  });
});

test('items of a loop, and a loop that is skipped whole', () => {
  const end = aTaskEnd({
    task,
    outcome: 'failed',
    items: [
      anItem('a', 'ok'),
      anItem('b', 'changed'),
      anItem("{'k': 'v'}", 'skipped'),
      anItem('d', 'failed', { why: 'no', result: { item: 'd' } }),
    ],
  });
  const text = lines([end]);
  expect(text.slice(2, 5)).toEqual([
    'ok: [host1] => (item=a)',
    'changed: [host1] => (item=b)',
    "skipping: [host1] => (item={'k': 'v'}) ",
  ]);
  expect(text).toContain('failed: [host1] (item=d) => {"changed": false, "item": "d", "msg": "no"}');
  expect(text.join('\n')).not.toContain('fatal');
  const skipped = aTaskEnd({ task, outcome: 'skipped', items: [anItem('a', 'skipped')] });
  expect(lines([skipped]).slice(2)).toEqual(['skipping: [host1] => (item=a) ', 'skipping: [host1]', '']);
});

test('debug shows its message alone, -v every result, facts never', () => {
  const debug = aTaskEnd({
    task: aTask({ module: 'debug', name: 'say' }),
    result: { msg: 'hi', changed: false },
  });
  expect(lines([debug]).slice(2)).toEqual(['ok: [host1] => {', '    "msg": "hi"', '}', '']);
  const value = aTaskEnd({
    task: aTask({ module: 'debug' }),
    result: { port: 80, changed: false, failed: false },
  });
  expect(lines([value]).slice(2)).toEqual(['ok: [host1] => {', '    "port": 80', '}', '']);
  const ran = aTaskEnd({ task, result: { changed: false, rc: 0 } });
  expect(lines([ran], { verbosity: 1 })[2]).toBe('ok: [host1] => {"changed": false, "rc": 0}');
  const facts = aTaskEnd({ task: aTask({ module: 'setup' }), result: { ansible_facts: {} } });
  expect(lines([facts], { verbosity: 1 })[2]).toBe('ok: [host1]');
});

test('diffs stand above the result', () => {
  const diff = { before: '', after: 'a\nb', afterHeader: '/etc/motd' };
  const end = aTaskEnd({ task, outcome: 'changed', changes: [{ summary: 'write', diff }] });
  expect(lines([end]).slice(2)).toEqual([
    '--- before',
    '+++ after: /etc/motd',
    '@@ -0,0 +1,2 @@',
    '+a',
    '+b',
    '\\ No newline at end of file',
    '',
    'changed: [host1]',
    '',
  ]);
});

test('includes and retries', () => {
  const include = aTask({ name: 'more', module: 'include_tasks', order: [0] });
  const text = lines([
    aPlayStart(['host1', 'host2']),
    aTaskEnd({ task: include }),
    { type: 'included', time: 1, hosts: ['host1'], task: include, file: '/srv/more.yml' },
    aTaskEnd({ task: include, host: 'host2' }),
    { type: 'included', time: 1, hosts: ['host2'], task: include, file: '/srv/more.yml' },
    { type: 'retry', time: 1, host: 'host1', task, attempt: 1, of: 2, seconds: 5, why: '' },
    { type: 'retry', time: 1, host: 'host2', task, attempt: 1, of: 2, seconds: 5, why: '' },
    aTaskEnd({ task }),
    aTaskEnd({ task, host: 'host2' }),
  ]);
  expect(text).toContain('included: /srv/more.yml for host1, host2');
  expect(text.indexOf('included: /srv/more.yml for host1, host2')).toBeLessThan(
    text.findIndex((line) => line.startsWith('TASK [check]')),
  );
  expect(text).toContain('FAILED - RETRYING: [host1]: check (2 retries left).');
  expect(text.filter((line) => line.startsWith('ok: [host1]'))).toHaveLength(1);
});

test('an include in a loop names the items', () => {
  const include = aTask({ module: 'include_tasks' });
  const items = [anItem('x', 'ok'), anItem('no', 'skipped'), anItem('y', 'ok')];
  const included = (host: string): RunEvent => ({
    type: 'included',
    time: 1,
    hosts: [host],
    task: include,
    file: 'b.yml',
  });
  const text = lines([
    aPlayStart(['host1', 'host2']),
    ...['host1', 'host2'].flatMap((host) => [
      aTaskEnd({ task: include, host, items }),
      included(host),
      included(host),
    ]),
    aRunEnd({}),
  ]);
  expect(text.filter((line) => line.startsWith('included'))).toEqual([
    'included: b.yml for host1, host2 => (item=x)',
    'included: b.yml for host1, host2 => (item=y)',
  ]);
});

test('warnings go to standard error, each once', () => {
  const warned = aTaskEnd({ task, warnings: ['careful'] });
  expect(printed([warned, { ...warned, host: 'host2' }]).stderr).toBe('[WARNING]: careful\n');
});

test('the recap has its columns, hosts by name', () => {
  const text = lines([
    aRunEnd({ 'web-2': aRecap({ ok: 19, changed: 8, ignored: 3 }), 'web-1': aRecap({ ok: 1, unknown: 2 }) }),
  ]);
  expect(text.slice(2)).toEqual([
    'web-1                      : ok=1    changed=0    unreachable=0    failed=0    skipped=0    rescued=0    ignored=0    unknown=2   ',
    'web-2                      : ok=19   changed=8    unreachable=0    failed=0    skipped=0    rescued=0    ignored=3   ',
    '',
    '',
  ]);
});

describe('hosts that run ahead', () => {
  const first = aTask({ name: 'first', order: [1] });
  const second = aTask({ name: 'second', order: [2] });
  const third = aTask({ name: 'third', order: [10] });
  const end = (host: string, of: typeof first, outcome: 'ok' | 'failed' = 'ok') =>
    aTaskEnd({ host, task: of, outcome });
  const shape = (events: RunEvent[]) =>
    lines(events)
      .flatMap((line) => /^(?:TASK|PLAY|RECAP) \[(.*)\]|^(?:ok|fatal): \[(.*?)\]/.exec(line)?.slice(1) ?? [])
      .filter(Boolean);

  test('are told task by task', () => {
    expect(
      shape([
        aPlayStart(['a', 'b']),
        end('a', first),
        end('a', second),
        end('a', third),
        end('b', first),
        end('b', second),
        end('b', third),
      ]),
    ).toEqual(['Web servers', 'first', 'a', 'b', 'second', 'a', 'b', 'third', 'a', 'b']);
  });

  test('are told as soon as the slowest host has come there', () => {
    const events = [aPlayStart(['a', 'b']), end('a', first), end('a', second), end('b', first)];
    expect(shape(events)).toEqual(['Web servers', 'first', 'a', 'b']);
    expect(shape([...events, aTaskStart('b', second)])).toEqual([
      'Web servers',
      'first',
      'a',
      'b',
      'second',
      'a',
    ]);
    expect(shape([...events, aTaskStart('b', third)])).toEqual([
      'Web servers',
      'first',
      'a',
      'b',
      'second',
      'a',
    ]);
  });

  test('do not wait for one that is lost', () => {
    expect(
      shape([aPlayStart(['a', 'b']), end('b', first, 'failed'), end('a', first), end('a', second)]),
    ).toEqual(['Web servers', 'first', 'a', 'b', 'second', 'a']);
  });

  test('lose nothing when the run ends early', () => {
    expect(shape([aRunStart(), aPlayStart(['a', 'b']), end('a', second), aRunEnd({})])).toEqual([
      'Web servers',
      'second',
      'a',
    ]);
  });

  test('show the banner of a task that is under way', () => {
    expect(shape([aPlayStart(['a']), aTaskStart('a', first)])).toEqual(['Web servers', 'first']);
  });
});
