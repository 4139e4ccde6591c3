import { expect, it } from 'vitest';
import { didYouMean, nearestName } from '../../../src/lib/nearest.ts';

it.each([
  ['web1', ['web2', 'db1'], 'web2'],
  ['tempalte', ['template', 'debug'], 'template'],
  ['apt-get', ['apt', 'apt_get'], 'apt_get'],
  ['Hosts', ['hosts'], 'hosts'],
  ['lineinfiel', ['blockinfile', 'lineinfile'], 'lineinfile'],
  ['x', ['copy', 'stat'], undefined],
  ['webserver', ['database'], undefined],
])('%s among %j is %s', (name, known, expected) => {
  expect(nearestName(name, known)).toBe(expected);
});

it('asks whether the nearest was meant', () => {
  expect(didYouMean('coppy', ['copy'])).toBe('Did you mean "copy"?');
  expect(didYouMean('zzz', ['copy'])).toBeUndefined();
});
