import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/engine/events.ts';
import { journal } from '../../../src/report/journal.ts';
import { lastResults } from '../../../src/report/lastResults.ts';
import { aRecap, aRunEnd, aRunStart, aTaskEnd } from './events.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'flotte-journal-')), 'runs');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

function keep(events: RunEvent[]): void {
  const kept = journal({
    folder,
    onError: (error) => {
      throw error;
    },
  });
  for (const event of events) kept.listener(event);
  kept.close();
}

test('keeps every event on a line of its own, for the owner alone', () => {
  const events = [
    aRunStart({ id: 'a' }),
    aTaskEnd({ why: 'two\nlines' }),
    aRunEnd({ host1: aRecap({ ok: 1 }) }),
  ];
  keep(events);
  const file = join(folder, 'a', 'events.jsonl');
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(events);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
});

test('keeps what was said before the run had a name, and what was said when it is closed early', () => {
  keep([{ type: 'message', time: 1, level: 'warning', text: 'early' }, aRunStart({ id: 'a' }), aTaskEnd()]);
  const text = readFileSync(join(folder, 'a', 'events.jsonl'), 'utf8');
  expect(text.split('\n')).toHaveLength(4);
});

test('writes before the run ends', async () => {
  const kept = journal({ folder, onError: () => {} });
  kept.listener(aRunStart({ id: 'a' }));
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(readFileSync(join(folder, 'a', 'events.jsonl'), 'utf8')).toContain('run-start');
  kept.close();
});

test('tells once that it cannot write, and stops nothing', () => {
  writeFileSync(folder, 'a file where the folder should be');
  const errors: Error[] = [];
  const kept = journal({ folder, onError: (error) => errors.push(error) });
  for (const event of [aRunStart(), aTaskEnd(), aRunEnd({})]) kept.listener(event);
  kept.close();
  expect(errors).toHaveLength(1);
});

test('the last results are those of the newest run of each host', () => {
  keep([
    aRunStart({ id: 'old' }),
    aRunEnd({ web1: aRecap({ failed: 1 }), web2: aRecap({ changed: 1 }) }, { time: 10 }),
  ]);
  keep([aRunStart({ id: 'new', check: true }), aRunEnd({ web1: aRecap({ ok: 3 }) }, { time: 20 })]);
  keep([aRunStart({ id: 'cut' }), aTaskEnd({ host: 'web1', outcome: 'failed' })]);
  for (const [id, time] of Object.entries({ old: 10, new: 20, cut: 30 })) {
    utimesSync(join(folder, id, 'events.jsonl'), time, time);
  }
  expect(Object.fromEntries(lastResults(folder))).toEqual({
    web1: { time: 20, outcome: 'ok', check: true, playbooks: ['site.yml'] },
    web2: { time: 10, outcome: 'changed', check: false, playbooks: ['site.yml'] },
  });
});

test('a last line longer than what is read at a time is read whole', () => {
  const many = Object.fromEntries(
    Array.from({ length: 2000 }, (_, i) => [`host${i}`, aRecap({ unreachable: 1 })]),
  );
  keep([aRunStart(), aTaskEnd(), aRunEnd(many)]);
  const results = lastResults(folder);
  expect(results.size).toBe(2000);
  expect(results.get('host1999')!.outcome).toBe('unreachable');
});

test('without any run there are no results', () => {
  expect(lastResults(folder).size).toBe(0);
});
