import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { expandingCommand, needsExpansion } from '../../../src/lib/expandedWords.ts';

function run(words: string[]): string[] {
  const script = expandingCommand(['printf', '%s\\n', ...words]);
  const env = { PATH: process.env.PATH, HOME: '/home/deploy', APP: 'my app', EMPTY: '' };
  return execFileSync('sh', ['-c', script], { env, encoding: 'utf8' }).slice(0, -1).split('\n');
}

// The expected words are what Python's expanduser(expandvars(word)) gives in that environment.
describe('expandingCommand', () => {
  it.each([
    ['$APP', 'my app'],
    ['/srv/${APP}/x', '/srv/my app/x'],
    ['$APP$APP', 'my appmy app'],
    ['a$EMPTY', 'a'],
    ['$NOPE', '$NOPE'],
    ['${NOPE}x', '${NOPE}x'],
    ['$1', '$1'],
    ['$', '$'],
    ['$(id)', '$(id)'],
    ['${APP:-x}', '${APP:-x}'],
    ['~', '/home/deploy'],
    ['~/bin', '/home/deploy/bin'],
    ['~root/x', '/root/x'],
    ['~nobody-of-this-name', '~nobody-of-this-name'],
    ['a~', 'a~'],
    ['it\'s `id` "$APP" *', 'it\'s `id` "my app" *'],
    ['', ''],
  ])('expands %j', (word, expanded) => {
    expect(run([word])).toEqual([expanded]);
  });

  it('keeps words apart', () => {
    expect(run(['$APP', '*', '~'])).toEqual(['my app', '*', '/home/deploy']);
  });
});

describe('needsExpansion', () => {
  it('is true for variables and tildes alone', () => {
    expect(needsExpansion(['ls', '$HOME'])).toBe(true);
    expect(needsExpansion(['ls', '~/x'])).toBe(true);
    expect(needsExpansion(['ls', 'a~', '$(id)', '$'])).toBe(false);
  });
});
