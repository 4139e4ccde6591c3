import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/engine/events.ts';
import { liveReport } from '../../../src/report/live.ts';
import { liveFrame } from '../../../src/report/liveFrame.ts';
import { liveScreen } from '../../../src/report/liveScreen.ts';
import { beginPlay, type LivePlay, noteEvent } from '../../../src/report/liveState.ts';
import { plain } from '../../../src/report/palette.ts';
import { aPlayStart, aRecap, aRunEnd, aRunStart, aTask, aTaskEnd, aTaskStart, aWire } from './events.ts';

const look = { paint: plain, spinner: '*', tick: '+', cross: 'x' };

function aPlay(hosts: string[], events: RunEvent[], check = false): LivePlay {
  const play = beginPlay(aPlayStart(hosts), check, new Map());
  for (const event of events) noteEvent(play, event);
  return play;
}

function hostNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `web${i + 1}`);
}

const done = (host: string): RunEvent => ({
  type: 'host-done',
  time: 101,
  host,
  play: 'play-1',
  wire: aWire(),
});
const task = aTask({ name: 'install packages' });

describe('a frame', () => {
  test('has a row for each host with its counts and its task', () => {
    const play = aPlay(
      ['web1', 'web2', 'web3', 'web4'],
      [
        aTaskEnd({ host: 'web1', outcome: 'changed' }),
        aTaskStart('web1', task, 102),
        aTaskEnd({ host: 'web2' }),
        done('web2'),
        aTaskEnd({ host: 'web3', outcome: 'failed', task }),
      ],
    );
    expect(liveFrame(play, { columns: 90, rows: 24 }, 110, look)).toEqual([
      '  0:10    ok changed unknown skipped failed  4 hosts',
      '* web1     0       1       0       0      0  0:08 install packages',
      '+ web2     1       0       0       0      0  done',
      'x web3     0       0       0       0      1  failed: install packages',
      '  web4     0       0       0       0      0  waiting',
    ]);
  });

  test('shows a window and totals where the terminal is too low', () => {
    const hosts = hostNames(100);
    const play = aPlay(hosts, [
      ...hosts.slice(0, 50).map((host) => done(host)),
      aTaskStart('web60', task, 109),
      aTaskEnd({ host: 'web70', outcome: 'failed', task }),
      aTaskEnd({ host: 'web80', outcome: 'changed' }),
    ]);
    const frame = liveFrame(play, { columns: 90, rows: 10 }, 110, look);
    expect(frame.length).toBeLessThan(10);
    expect(frame[1]).toMatch(/^x web70 /);
    expect(frame[2]).toMatch(/^\* web60 /);
    expect(frame.at(-2)).toBe('… 95 more: 45 waiting, 50 done');
    expect(frame.at(-1)).toBe('  all        0       1       0       0      1');
  });

  test('keeps room for working hosts though many failed', () => {
    const hosts = hostNames(100);
    const lost = hosts.slice(0, 50).map((host) => aTaskEnd({ host, outcome: 'unreachable' }));
    const play = aPlay(hosts, [...lost, aTaskStart('web99', task)]);
    expect(liveFrame(play, { columns: 90, rows: 10 }, 101, look).join('\n')).toContain('web99');
  });

  test.each([
    [200, 50],
    [80, 24],
    [40, 10],
    [10, 3],
    [1, 1],
  ])('fits into %i columns and %i rows, however many hosts there are', (columns, rows) => {
    for (const count of [1, 5, 30, 1000]) {
      const play = aPlay(hostNames(count), [aTaskStart('web1', aTask({ name: 'x'.repeat(300) }))]);
      const frame = liveFrame(play, { columns, rows }, 110, look);
      expect(frame.length).toBeLessThanOrEqual(Math.max(2, rows - 1));
      if (columns >= 20) for (const line of frame) expect([...line].length).toBeLessThanOrEqual(columns);
    }
  });

  test('keeps control characters of the host off the terminal', () => {
    const output: RunEvent = {
      type: 'output',
      time: 1,
      host: 'web1',
      task,
      stream: 'stdout',
      text: 'a\x1b[2J\n',
    };
    const play = aPlay(['web1'], [aTaskStart('web1', task), output]);
    const frame = liveFrame(play, { columns: 90, rows: 24 }, 100, look).join('\n');
    expect(frame).toContain('a\\x1b[2J');
  });

  test('a lost host keeps telling where it was lost', () => {
    const play = aPlay(
      ['web1'],
      [aTaskEnd({ host: 'web1', outcome: 'failed', task }), aTaskStart('web1', aTask()), done('web1')],
    );
    expect(liveFrame(play, { columns: 90, rows: 24 }, 100, look)[1]).toContain('failed: install packages');
  });

  test('the next batch means that the one before is done', () => {
    const next: RunEvent = { type: 'batch-start', time: 105, play: 'play-1', batch: 1, hosts: ['web2'] };
    const play = aPlay(['web1', 'web2'], [aTaskStart('web1', task), next]);
    const frame = liveFrame(play, { columns: 90, rows: 24 }, 105, look);
    expect(frame[1]).toMatch(/^\+ web1 .* done$/);
    expect(frame[2]).toMatch(/^ {2}web2 .* waiting$/);
  });

  test('a failure that stops nothing does not lose the host', () => {
    const play = aPlay(
      ['web1'],
      [aTaskEnd({ host: 'web1', outcome: 'failed', forgiven: 'ignored' }), done('web1')],
    );
    expect(liveFrame(play, { columns: 90, rows: 24 }, 100, look)[1]).toMatch(
      /^\+ web1 +0 +0 +0 +0 +1 +done$/,
    );
  });
});

describe('the screen', () => {
  function written(columns: () => number, draw: (screen: ReturnType<typeof liveScreen>) => void): string[] {
    const parts: string[] = [];
    draw(liveScreen((text) => parts.push(text), columns));
    return parts;
  }

  test('draws over the frame before, with what stays above', () => {
    const [first, second] = written(
      () => 80,
      (screen) => {
        screen.draw('', ['a', 'b']);
        screen.draw('stays\n', ['c']);
      },
    );
    expect(first).toContain('a\nb\n');
    expect(second).toMatch(/\r\x1b\[2A\x1b\[Jstays\n\x1b\[\?7lc\n/);
  });

  test('writes nothing where nothing changed', () => {
    const parts = written(
      () => 80,
      (screen) => {
        screen.draw('', ['a']);
        screen.draw('', ['a']);
      },
    );
    expect(parts).toHaveLength(1);
  });

  test('goes back over lines that a narrower terminal has broken', () => {
    let columns = 80;
    const parts = written(
      () => columns,
      (screen) => {
        screen.draw('', ['x'.repeat(80), '\x1b[31mshort\x1b[39m']);
        columns = 30;
        screen.draw('', ['y']);
      },
    );
    expect(parts[1]).toContain('\r\x1b[4A');
  });
});

describe('the whole display', () => {
  class FakeTerminal extends EventEmitter {
    columns = 80;
    rows = 24;
    isTTY = true;
    text = '';
    write = (text: string): boolean => {
      this.text += text;
      return true;
    };
  }

  function display(): { terminal: FakeTerminal; live: ReturnType<typeof liveReport> } {
    const terminal = new FakeTerminal();
    const live = liveReport({
      stdout: terminal as unknown as NodeJS.WriteStream,
      stderr: new FakeTerminal() as unknown as NodeJS.WriteStream,
      now: () => 110,
      paint: plain,
      verbosity: 0,
      slowest: 0,
      readText: () => '',
      shownPath: (file) => file,
    });
    return { terminal, live };
  }

  const frameShown = () => new Promise((resolve) => setTimeout(resolve, 200));

  test('shows rows while a play runs; leaves what matters and the recap', async () => {
    const { terminal, live } = display();
    for (const event of [aRunStart(), aPlayStart(['web1', 'web2']), aTaskStart('web1', task)])
      live.listener(event);
    await frameShown();
    expect(terminal.text).toContain('install packages');
    live.listener(aTaskEnd({ host: 'web1', task }));
    live.listener(
      aTaskEnd({ host: 'web2', outcome: 'changed', task, changes: [{ summary: 'install curl' }] }),
    );
    terminal.text = '';
    await frameShown();
    expect(terminal.text).toContain('web2 | changed | install packages | install curl\n');
    expect(terminal.text).not.toContain('web1 | ok');
    live.listener({ type: 'play-end', time: 111, play: 'play-1' });
    live.listener(aRunEnd({ web1: aRecap({ ok: 1 }), web2: aRecap({ changed: 1 }) }));
    await live.finish();
    expect(terminal.text).toMatch(/RECAP\nweb1 .*\nweb2 .*\n2 hosts in 42\.1 s\n$/);
    expect(terminal.text).toContain('\x1b[?25h');
    expect(terminal.listenerCount('resize')).toBe(0);
  });

  test('plays follow each other though the events do not wait', async () => {
    const { terminal, live } = display();
    for (const name of ['one', 'two']) {
      live.listener(aPlayStart(['web1'], { name }));
      live.listener(aTaskEnd({ host: 'web1', outcome: 'changed', changes: [{ summary: `did ${name}` }] }));
      live.listener({ type: 'play-end', time: 111, play: 'play-1' });
    }
    live.listener(aRunEnd({ web1: aRecap({ changed: 2 }) }));
    await live.finish();
    const order = ['PLAY one', 'did one', 'PLAY two', 'did two', 'RECAP'].map((text) =>
      terminal.text.indexOf(text),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThanOrEqual(0);
  });

  test('gives the terminal back at once when the process ends', async () => {
    const { terminal, live } = display();
    live.listener(aPlayStart(['web1']));
    await frameShown();
    live.stop();
    expect(terminal.text.endsWith('\x1b[?25h')).toBe(true);
    const { length } = terminal.text;
    await frameShown();
    expect(terminal.text).toHaveLength(length);
  });

  test('a thousand hosts cost little', async () => {
    const { terminal, live } = display();
    const hosts = hostNames(1000);
    const before = process.cpuUsage();
    live.listener(aPlayStart(hosts));
    for (const host of hosts) {
      for (let i = 0; i < 20; i++) live.listener(aTaskEnd({ host, task }));
      live.listener(done(host));
    }
    live.listener(aRunEnd(Object.fromEntries(hosts.map((host) => [host, aRecap({ ok: 20 })]))));
    await live.finish();
    const used = process.cpuUsage(before);
    expect(terminal.text).toContain('1000 hosts in');
    expect((used.user + used.system) / 1000).toBeLessThan(2000);
  });
});
