import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shellQuote, shellWords } from '../../../src/lib/shell.ts';

describe('shellQuote', () => {
  const texts = [
    '',
    'plain',
    "it's",
    'a b',
    '$HOME `id` "x"',
    '\n',
    '*',
    '~',
    "''",
    '-n',
    'ä',
    'a=b',
    '\\',
    '!x',
  ];

  it.each(texts)('survives a shell: %j', (text) => {
    const printed = execFileSync('sh', ['-c', `printf '%s|' ${shellQuote(text)}`], { encoding: 'utf8' });
    expect(printed).toBe(`${text}|`);
  });

  it('leaves ordinary words bare', () => {
    expect(shellWords(['ls', '-l', '/etc/hosts', 'a b'])).toBe("ls -l /etc/hosts 'a b'");
  });
});
