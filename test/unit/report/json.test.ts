import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/engine/events.ts';
import { jsonLinesReport, jsonReport } from '../../../src/report/json.ts';
import { profile } from '../../../src/report/profile.ts';
import { anItem, aPlayStart, aRecap, aRunEnd, aRunStart, aTask, aTaskEnd, aWire } from './events.ts';

function written(make: typeof jsonReport, events: RunEvent[]): string {
  const parts: string[] = [];
  const listener = make({ write: (text) => parts.push(text) });
  for (const event of events) listener(event);
  return parts.join('');
}

test('the document holds plays, tasks in playbook order, hosts and counts', () => {
  const first = aTask({ name: 'first', order: [1] });
  const second = aTask({ name: 'second', order: [1, 2] });
  const text = written(jsonReport, [
    aRunStart({ check: true }),
    aPlayStart(['host1', 'host2']),
    aTaskEnd({ task: second, outcome: 'changed', result: { rc: 0 }, changes: [{ summary: 'run it' }] }),
    aTaskEnd({ task: first, host: 'host2', time: 101, seconds: 1 }),
    aTaskEnd({ task: first, outcome: 'failed', why: 'no', items: [anItem('a', 'failed', { why: 'no' })] }),
    aRunEnd({ host1: aRecap({ changed: 1, failed: 1 }), host2: aRecap({ ok: 1 }) }, { exitCode: 2 }),
  ]);
  const document = JSON.parse(text);
  expect(document.run).toMatchObject({
    check: true,
    playbooks: ['site.yml'],
    exitCode: 2,
    ended: 'finished',
  });
  const [play] = document.plays;
  expect(play.play).toMatchObject({ name: 'Web servers' });
  expect(play.tasks.map((node: { task: { name: string } }) => node.task.name)).toEqual(['first', 'second']);
  expect(play.tasks[0].task.duration).toEqual({
    start: '1970-01-01T00:01:39.800Z',
    end: '1970-01-01T00:01:41.000Z',
  });
  expect(play.tasks[0].hosts.host1).toMatchObject({
    failed: true,
    why: 'no',
    items: [{ label: 'a', failed: true }],
  });
  expect(play.tasks[1].hosts.host1).toMatchObject({
    changed: true,
    rc: 0,
    action: 'apt',
    changes: [{ summary: 'run it' }],
  });
  expect(document.stats.host1).toMatchObject({ changed: 1, failures: 1, unknown: 0 });
});

test('values of the template language become JSON', () => {
  const result = { map: new Map([['a', [1n]]]), big: 2n ** 70n, bytes: new Uint8Array([104, 105]) };
  const text = written(jsonLinesReport, [aTaskEnd({ result })]);
  expect(JSON.parse(text).result).toEqual({ map: { a: [1] }, big: '1180591620717411303424', bytes: 'hi' });
});

test('JSON holds nothing that a terminal obeys', () => {
  const evil = 'a\x1b[2Jb\x9b2Jc\u202e\x7f';
  const text = written(jsonLinesReport, [aTaskEnd({ why: evil })]);
  expect(text).toMatch(/^[\x20-\x7e]*\n$/);
  expect(JSON.parse(text).why).toBe(evil);
});

test('the profile tells the wire and where time went', () => {
  const kept = profile();
  const events: RunEvent[] = [
    aPlayStart(['host1'], { time: 100 }),
    aTaskEnd({ time: 102, seconds: 1.5 }),
    aTaskEnd({ time: 110, seconds: 0.5 }),
    aRunEnd({ host1: aRecap() }, { wire: { host1: aWire({ connectSeconds: 3, bytesIn: 1536 }) } }),
  ];
  for (const event of events) kept.listener(event);
  const [title, head, row] = kept.lines();
  expect(title).toBe('PROFILE');
  expect(head!.split(/ {2,}/)).toEqual(
    'host|connect s|in tasks s|between s|round trips|frames|reads|from cache|KiB out|KiB in'.split('|'),
  );
  expect(row!.split(/ +/)).toEqual(['host1', '3.00', '2.00', '8.00', '3', '4', '20', '5', '2.0', '1.5']);
});
