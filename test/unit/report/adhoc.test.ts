import { expect, test } from 'vitest';
import type { TaskEnd } from '../../../src/engine/events.ts';
import { adhocReport } from '../../../src/report/adhoc.ts';
import { plain } from '../../../src/report/palette.ts';
import { aRecap, aRunEnd, aRunStart, aTask, aTaskEnd } from './events.ts';

function told(end: Partial<TaskEnd>): string {
  let text = '';
  const listener = adhocReport({
    form: 'block',
    write: (part) => {
      text += part;
    },
    paint: plain,
    verbosity: 0,
    readText: () => '',
    shownPath: (file) => file,
  });
  for (const event of [aRunStart(), aTaskEnd(end), aRunEnd({ host1: aRecap() })]) listener(event);
  return text;
}

const command = aTask({ module: 'command' });

test.each<[string, Partial<TaskEnd>, string]>([
  [
    'what a command printed',
    { task: command, outcome: 'changed', result: { rc: 0, stdout: 'a\nb', stderr: 'c' } },
    'host1 | CHANGED | rc=0 >>\na\nb\nc\n',
  ],
  [
    'how a command failed',
    {
      task: command,
      outcome: 'failed',
      result: { rc: 3, stdout: '', stderr: 'no', msg: 'non-zero return code' },
    },
    'host1 | FAILED | rc=3 >>\nno\nnon-zero return code\n',
  ],
  [
    'the result of another module',
    { result: { ping: 'pong', changed: false, failed: false } },
    'host1 | SUCCESS => {\n    "changed": false,\n    "ping": "pong"\n}\n',
  ],
  [
    'a host out of reach',
    { outcome: 'unreachable', why: 'no route', result: {} },
    'host1 | UNREACHABLE! => {\n    "changed": false,\n    "msg": "no route",\n    "unreachable": true\n}\n',
  ],
  ['what check mode cannot tell', { outcome: 'unknown', why: 'a command' }, 'host1 | UNKNOWN: a command\n'],
])('%s', (_, end, text) => {
  expect(told(end)).toBe(text);
});

test('control characters stay off the terminal', () => {
  const text = told({ task: command, outcome: 'changed', result: { rc: 0, stdout: 'a\x1b[2Jb' } });
  expect(text).toContain('a\\x1b[2Jb');
});
