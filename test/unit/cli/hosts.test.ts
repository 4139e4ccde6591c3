import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type HostChoice, hostRows, hostsOf, knownOf, toggled } from '../../../src/cli/hostList.ts';
import { hostPrompt } from '../../../src/cli/hostPrompt.ts';

const choices: HostChoice[] = [
  { name: 'web1', address: '10.0.0.1', groups: ['staging'] },
  { name: 'web2', address: '10.0.0.2', groups: ['production', 'eu'] },
  { name: 'db1', address: '10.0.1.1', groups: ['production'] },
  { name: 'lonely', groups: [] },
];

function shape(filter: string): string[] {
  return hostRows(choices, filter).map((row) => (row.kind === 'group' ? `[${row.group}]` : row.choice.name));
}

describe('the list', () => {
  test('has each host once, below its first group', () => {
    expect(shape('')).toEqual(['[production]', 'web2', 'db1', '[staging]', 'web1', '[ungrouped]', 'lonely']);
  });

  test.each([
    ['WEB', ['[production]', 'web2', '[staging]', 'web1']],
    ['10.0.1', ['[production]', 'db1']],
    ['eu', ['[production]', 'web2']],
    ['prod web', ['[production]', 'web2']],
    ['nothing', []],
  ])('narrowed by "%s"', (filter, rows) => {
    expect(shape(filter)).toEqual(rows);
  });

  test('a group stands for those of its hosts that are shown', () => {
    expect(hostsOf(hostRows(choices, 'prod')[0]!)).toEqual(['web2', 'db1']);
    expect(hostsOf(hostRows(choices, 'web2')[0]!)).toEqual(['web2']);
  });

  test('toggling several chooses all, unless all are chosen', () => {
    expect([...toggled(new Set(['a']), ['a', 'b'])]).toEqual(['a', 'b']);
    expect([...toggled(new Set(['a', 'b', 'c']), ['a', 'b'])]).toEqual(['c']);
  });

  test('tells address, last result and further groups', () => {
    const last = { time: 1000, outcome: 'changed' as const, check: true, playbooks: ['site.yml'] };
    expect(knownOf({ ...choices[1]!, last }, 1000 + 7300)).toBe(
      '10.0.0.2  changed 2 h ago (check mode): site.yml  also in eu',
    );
    expect(knownOf(choices[3]!, 0)).toBe('no run yet');
  });
});

describe('the prompt', () => {
  const DOWN = '\x1b[B';

  function asked(): {
    answer: Promise<string[]>;
    type: (keys: string) => Promise<void>;
    screen: () => string;
  } {
    const input = new PassThrough();
    const output = new PassThrough();
    let text = '';
    output.on('data', (chunk) => {
      text += chunk;
    });
    const answer = hostPrompt({ message: 'Which hosts?', choices, pageSize: 10, now: 0 }, { input, output });
    return {
      answer,
      async type(keys) {
        input.write(keys);
        await new Promise((resolve) => setTimeout(resolve, 30));
      },
      screen: () => stripVTControlCharacters(text),
    };
  }

  test('space chooses a host, or a whole group', async () => {
    const { answer, type } = asked();
    await type(' ');
    await type(`${DOWN}${DOWN}${DOWN}`);
    await type(`${DOWN} \r`);
    expect(await answer).toEqual(['web1', 'web2', 'db1']);
  });

  test('typing searches; what is chosen stays chosen while it is hidden', async () => {
    const { answer, type, screen } = asked();
    await type('db1');
    await type('*');
    await type('\x7f\x7f\x7f');
    await type('web1');
    await type(`${DOWN} `);
    expect(screen()).toContain('2 of 4 chosen');
    await type('\r');
    expect(await answer).toEqual(['web1', 'db1']);
  });

  test('does not go on without a host', async () => {
    const { answer, type, screen } = asked();
    await type('\r');
    expect(screen()).toContain('Choose at least one host');
    await type(' \r');
    expect(await answer).toEqual(['web2', 'db1']);
  });

  test('Ctrl-C ends it', async () => {
    const { answer, type } = asked();
    const ended = expect(answer).rejects.toMatchObject({ name: 'ExitPromptError' });
    await type('\x03');
    await ended;
  });
});
