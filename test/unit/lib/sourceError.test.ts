import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readText } from '../../../src/lib/readText.ts';
import { formatSourceError, SourceError } from '../../../src/lib/sourceError.ts';

const error = new SourceError('no such host', { file: 'hosts', line: 2, column: 3 }, 'Did you mean "web1"?');

describe('formatSourceError', () => {
  it('shows the line with a caret, and the line before', () => {
    expect(formatSourceError(error, () => '[web]\nx\tweb2\r\nz\n')).toBe(
      [
        'no such host',
        '  at hosts:2:3',
        '',
        '  1 | [web]',
        '  2 | x web2',
        '    |   ^',
        '',
        'Did you mean "web1"?',
      ].join('\n'),
    );
  });

  it('does without the lines of a file that cannot be read or is encrypted', () => {
    const bare = 'no such host\n  at hosts:2:3\nDid you mean "web1"?';
    expect(formatSourceError(error, () => '$ANSIBLE_VAULT;1.1;AES256\n31\n')).toBe(bare);
    const unreadable = () => {
      throw new Error('gone');
    };
    expect(formatSourceError(error, unreadable)).toBe(bare);
  });

  it('is the message alone for an error without a place', () => {
    expect(formatSourceError(new SourceError('no inventory'))).toBe('no inventory');
  });
});

describe('readText', () => {
  it('names the file that is missing, a folder, or no text', () => {
    const folder = mkdtempSync(join(tmpdir(), 'flotte-'));
    const binary = join(folder, 'x');
    writeFileSync(binary, Buffer.from([0xff, 0xfe, 0x00]));
    expect(() => readText(join(folder, 'no'))).toThrow(/no: there is no such file/);
    expect(() => readText(folder)).toThrow(/it is a folder/);
    expect(() => readText(binary)).toThrow(/no UTF-8/);
  });

  it('drops a byte order mark', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'flotte-')), 'x');
    writeFileSync(file, '\u{FEFF}a: 1');
    expect(readText(file)).toBe('a: 1');
  });
});
