import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/engine/events.ts';
import { diffLines } from '../../../src/report/diffLines.ts';
import { type LinesOptions, linesReport } from '../../../src/report/lines.ts';
import { plain } from '../../../src/report/palette.ts';
import { anItem, aPlayStart, aRecap, aRunEnd, aRunStart, aTask, aTaskEnd } from './events.ts';

function told(events: RunEvent[], given: Partial<LinesOptions> = {}): string {
  let text = '';
  const listener = linesReport({
    write: (part) => {
      text += part;
    },
    slowest: 0,
    paint: plain,
    verbosity: 0,
    readText: () => '- hosts: all\n  tasks:\n\n    - apt:\n        name: apache2\n',
    shownPath: (file) => file.replace('/srv/', ''),
    ...given,
  });
  for (const event of events) listener(event);
  return text;
}

describe('a line for each end of a task', () => {
  test('begins with the host, then outcome, task and what changed', () => {
    const end = aTaskEnd({
      outcome: 'changed',
      task: aTask({ name: 'wsgi : install packages' }),
      changes: [{ summary: 'install apache2, curl' }],
      seconds: 3.21,
    });
    expect(told([end])).toBe('host1 | changed | wsgi : install packages | install apache2, curl (3.2 s)\n');
  });

  test('says why a task is unknown', () => {
    const end = aTaskEnd({ outcome: 'unknown', why: 'apache2 is only planned' });
    expect(told([end])).toBe('host1 | unknown | install packages | apache2 is only planned\n');
  });

  test('leaves out what was skipped, unless -v asks for it', () => {
    const end = aTaskEnd({ outcome: 'skipped', why: 'its condition is false', result: {} });
    expect(told([end])).toBe('');
    expect(told([end], { verbosity: 1 })).toContain(
      'host1 | skipped | install packages | its condition is false\n',
    );
  });

  test('names the host that a task was delegated to', () => {
    expect(told([aTaskEnd({ delegate: 'balancer' })])).toContain('host1 -> balancer | ok');
  });

  test('counts the changes that it does not list', () => {
    const changes = ['a', 'b', 'c', 'd', 'e', 'f'].map((summary) => ({ summary }));
    expect(told([aTaskEnd({ outcome: 'changed', changes })])).toContain('| a; b; c; d; and 2 more');
  });
});

test('a long summary is cut, and what did not count as a change is left out, but for -v', () => {
  const changes = [{ summary: `run ${'x'.repeat(200)}` }];
  expect(told([aTaskEnd({ outcome: 'changed', changes })])).toMatch(/\| run x{115}…\n$/);
  expect(told([aTaskEnd({ outcome: 'ok', changes })])).toBe('host1 | ok | install packages\n');
  expect(told([aTaskEnd({ outcome: 'ok', changes })], { verbosity: 1 })).toContain('x'.repeat(200));
});

describe('a failure', () => {
  const failed = aTaskEnd({
    outcome: 'failed',
    task: aTask({ name: 'configtest', module: 'command' }),
    why: 'non-zero return code',
    result: {
      msg: 'non-zero return code',
      rc: 1,
      stderr: 'AH00526: Syntax error\nAction failed',
      stdout: 'one line',
      failed: true,
    },
  });

  test('tells outputs, place and source line', () => {
    expect(told([failed])).toBe(
      [
        'host1 | failed | configtest | non-zero return code',
        '    rc: 1',
        '    stderr:',
        '      AH00526: Syntax error',
        '      Action failed',
        '    stdout: one line',
        '    at site.yml:4:7',
        '      3 | ',
        '      4 |     - apt:',
        '        |       ^',
        '',
      ].join('\n'),
    );
  });

  test('tells what led to it below its cause, and shows the place of the cause', () => {
    const why = "'port' is undefined";
    const chain = ['used by lines (x.yml:1:3)', 'in the task "x" (site.yml:4:7)'];
    const msg = [why, ...chain].join('\n');
    const place = { file: '/p/site.yml', line: 3, column: 1 };
    const text = told([aTaskEnd({ outcome: 'failed', why, chain, result: { msg }, errorPlace: place })]);
    expect(text.split('\n').slice(0, 4)).toEqual([
      "host1 | failed | install packages | 'port' is undefined",
      '    used by lines (x.yml:1:3)',
      '    in the task "x" (site.yml:4:7)',
      expect.stringMatching(/^ {4}at .*site\.yml:3:1$/),
    ]);
  });

  test('says that it stops nothing', () => {
    expect(told([{ ...failed, forgiven: 'ignored' }])).toContain('host1 | failed (ignored) | configtest');
  });

  test('keeps control characters of the host off the terminal', () => {
    const evil = '\x1b]0;owned\x07\x1b[31mred\x1b[0m \u202etxt';
    const text = told([aTaskEnd({ outcome: 'failed', why: evil, result: { stdout: `${evil}\r\nb` } })]);
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(text).toContain('\\x1b]0;owned\\x07red \\u202etxt');
  });
});

test('a loop tells how many items, and each that did something', () => {
  const end = aTaskEnd({
    outcome: 'changed',
    items: [
      anItem('wsgi', 'changed', { changes: [{ summary: 'enable wsgi' }] }),
      anItem('ssl', 'ok'),
      anItem('rewrite', 'skipped'),
      anItem('nope', 'failed', { why: 'no such module', result: { rc: 1 } }),
    ],
  });
  expect(told([end]).split('\n')).toEqual([
    'host1 | changed | install packages | 1 of 4 items',
    '    changed: wsgi | enable wsgi',
    '    failed: nope | no such module',
    '        rc: 1',
    '',
  ]);
});

describe('diffs', () => {
  const end = aTaskEnd({
    outcome: 'changed',
    changes: [
      {
        summary: 'write /etc/motd',
        diff: { before: 'a\nb\n', after: 'a\nc\n', beforeHeader: '/etc/motd', afterHeader: '/etc/motd' },
      },
      { summary: 'install curl', diff: { prepared: '+ curl 8.1\n' } },
    ],
  });

  test('are shown where they are asked for', () => {
    expect(told([end], { diff: diffLines }).split('\n').slice(1)).toEqual([
      '    --- before: /etc/motd',
      '    +++ after: /etc/motd',
      '    @@ -1,2 +1,2 @@',
      '     a',
      '    -b',
      '    +c',
      '    + curl 8.1',
      '',
    ]);
  });

  test('are left out where not', () => {
    expect(told([end])).toBe('host1 | changed | install packages | write /etc/motd; install curl\n');
  });
});

describe('debug', () => {
  const debug = (result: Record<string, unknown>) =>
    aTaskEnd({ task: aTask({ module: 'debug', name: 'debug' }), result });

  test('shows its message on the line', () => {
    expect(told([debug({ msg: 'hello', changed: false })])).toBe('host1 | ok | debug | hello\n');
  });

  test('shows a value below it', () => {
    expect(told([debug({ port: { http: 80 }, changed: false })])).toBe(
      'host1 | ok | debug\n    {\n      "port": {\n        "http": 80\n      }\n    }\n',
    );
  });
});

describe('streamed output', () => {
  const task = aTask();
  const output = (text: string, host = 'host1'): RunEvent => ({
    type: 'output',
    time: 1,
    host,
    task,
    stream: 'stdout',
    text,
  });

  test('is written in whole lines with the name of its host', () => {
    const text = told(
      [output('one\ntw'), output('other\n', 'host2'), output('o\r'), output('\nrest'), aTaskEnd({ task })],
      { verbosity: 1 },
    );
    expect(text.split('\n').slice(0, 4)).toEqual([
      'host1 | stdout | one',
      'host2 | stdout | other',
      'host1 | stdout | two',
      'host1 | stdout | rest',
    ]);
  });

  test('is left out without -v', () => {
    expect(told([output('one\n')])).toBe('');
  });

  test('does not wait for a line that never ends', () => {
    expect(told([output('x'.repeat(40_000))], { verbosity: 1 })).toContain('xxxx');
  });
});

test('a run ends with the recap, its time and the slowest tasks', () => {
  const quick = aTaskEnd({ seconds: 0.1, task: aTask({ name: 'quick' }) });
  const slow = aTask({ name: 'slow' });
  const text = told(
    [
      aRunStart(),
      aPlayStart(['host1', 'host2']),
      quick,
      aTaskEnd({ seconds: 2, task: slow }),
      aTaskEnd({ seconds: 4, task: slow, host: 'host2' }),
      aRunEnd({ host1: aRecap({ ok: 3, changed: 1 }), host2: aRecap({ ok: 1, failed: 1 }) }),
    ],
    { slowest: 1 },
  );
  expect(text).toContain('\nPLAY Web servers (2 hosts)\n');
  expect(text).toContain('host1 : ok=3 changed=1 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0\n');
  expect(text).toContain('2 hosts in 42.1 s\n');
  expect(text).toContain('SLOWEST TASKS\n       4.0 s  slow (host2; 3.0 s on average of 2 hosts)\n');
  expect(text).not.toContain('quick (');
});

test('check mode says which hosts would change and which cannot be told', () => {
  const text = told([
    aRunStart({ check: true }),
    aRunEnd({
      host1: aRecap({ changed: 2 }),
      host2: aRecap({ ok: 2 }),
      host3: aRecap({ ok: 1, unknown: 2 }),
    }),
  ]);
  expect(text).toContain('Check mode: nothing will be changed.');
  expect(text).toContain('1 host would change: host1\n');
  expect(text).toContain('1 host may change, check mode cannot tell: host3\n');
  expect(text).toMatch(/host3 .*unknown=2\n/);
});
