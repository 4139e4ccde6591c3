import { expect, it } from 'vitest';
import {
  hasEntry,
  sourceEntry,
  suggestedFile,
  withEntryEnabled,
  withoutEntry,
} from '../../../src/lib/aptSources.ts';

const LIST = '# a comment\ndeb  http://h/debian bookworm   main # mine\n#deb http://h/other x main\n\n';

it('knows entries whatever blanks and comments they have', () => {
  expect(sourceEntry(' deb [arch=amd64]  http://h/x   y z # c')).toBe('deb [arch=amd64] http://h/x y z');
  expect(sourceEntry('# deb http://h/x y z')).toBeUndefined();
  expect(sourceEntry('Types: deb')).toBeUndefined();
  expect(hasEntry(LIST, 'deb http://h/debian bookworm main')).toBe(true);
  expect(hasEntry(LIST, 'deb http://h/other x main')).toBe(false);
});

it('switches an entry on and takes it out, and leaves the rest', () => {
  expect(withEntryEnabled(LIST, 'deb http://h/other x main')).toBe(LIST.replace('#deb', 'deb'));
  expect(withoutEntry(LIST, 'deb http://h/debian bookworm main')).toBe(
    '# a comment\n#deb http://h/other x main\n\n',
  );
  expect(withoutEntry('deb a b c\n', 'deb a b c')).toBe('');
});

it.each([
  ['deb [arch=amd64 signed-by=/k] https://u:p@apt.example.org/repo/x stable main', 'apt_example_org_repo_x'],
  ['deb-src http://deb.example.org/debian bookworm main', 'deb_example_org_debian'],
])('suggests a file for %s', (entry, file) => expect(suggestedFile(entry)).toBe(file));
