import { expect, it } from 'vitest';
import { compareDebianVersions } from '../../../src/lib/debianVersion.ts';

const ORDER = [
  '1.0~beta1~svn1245',
  '1.0~beta1',
  '1.0',
  '1.0-1~bpo12+1',
  '1.0-1',
  '1.0-1+b1',
  '1.0a',
  '1.0+dfsg',
  '1.0.1',
  '1.2',
  '1.10',
  '1:0.5',
];

it('orders versions as dpkg does', () => {
  expect([...ORDER].reverse().sort(compareDebianVersions)).toEqual(ORDER);
});

it.each([
  ['1.0', '1.0-0'],
  ['0:1.0', '1.0'],
  ['1.01', '1.1'],
])('takes %s for %s', (a, b) => expect(compareDebianVersions(a, b)).toBe(0));
