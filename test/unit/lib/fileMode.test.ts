import { describe, expect, it } from 'vitest';
import { modeBits, modeText } from '../../../src/lib/fileMode.ts';

const file = { mode: 0o640, directory: false, umask: 0o022 };
const directory = { mode: 0o750, directory: true, umask: 0o022 };

describe('modeBits', () => {
  it.each([
    ['0644', 0o644],
    ['644', 0o644],
    ['0o755', 0o755],
    ['4755', 0o4755],
    [0o600, 0o600],
    [420, 0o644],
  ])('reads the octal %j', (mode, bits) => {
    expect(modeBits(mode, file)).toBe(bits);
  });

  // The expected bits are what Ansible sets on a file of 0640.
  it.each([
    ['u+x', 0o740],
    ['g-r', 0o600],
    ['o=r', 0o644],
    ['a=r', 0o444],
    ['u=rwx,g=rx,o=', 0o750],
    ['ug+w', 0o660],
    ['+w', 0o640],
    ['+x', 0o751],
    ['a+w', 0o662],
    ['u=rwX,g=rX,o=rX', 0o644],
    ['u+x,a+X', 0o751],
    ['o=g', 0o644],
    ['g=u', 0o660],
    ['u+s', 0o4640],
    ['g+s', 0o2640],
    ['o+t', 0o1640],
    ['u-w+x', 0o540],
    ['=', 0o000],
    ['u=', 0o040],
  ])('applies %j', (mode, bits) => {
    expect(modeBits(mode, file)).toBe(bits);
  });

  it('takes X for a directory as x', () => {
    expect(modeBits('a+X', directory)).toBe(0o751);
  });

  it.each(['rw', 'u', '0888', 'x+r', 'u+q', '', 'u=r,'])('refuses %j', (mode) => {
    expect(() => modeBits(mode, file)).toThrow('mode must be octal');
  });

  it('refuses bits that are no permissions', () => {
    expect(() => modeBits('100644', file)).toThrow('more than permission bits');
    expect(() => modeBits(-1, file)).toThrow('more than permission bits');
  });
});

describe('modeText', () => {
  it('shows bits as Ansible does', () => {
    expect([0o644, 0o4755, 0o7, 0].map(modeText)).toEqual(['0644', '04755', '0007', '0000']);
  });
});
