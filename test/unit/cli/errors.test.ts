import { expect, test } from 'vitest';
import { explainError } from '../../../src/cli/errors.ts';
import { UsageError } from '../../../src/cli/usageError.ts';
import { ProblemsError } from '../../../src/engine/prepared.ts';
import { SourceError } from '../../../src/lib/sourceError.ts';

test('a mistake in a file has its place, and no stack', () => {
  const error = new SourceError(
    'there is no module "x"',
    { file: '/no/site.yml', line: 3, column: 7 },
    'Did you mean "y"?',
  );
  expect(explainError(error, true)).toEqual({
    text: 'error: there is no module "x"\n  at /no/site.yml:3:7\nDid you mean "y"?',
    exitCode: 1,
  });
});

test('several mistakes are told in the order of the files', () => {
  const at = (file: string, line: number) => new SourceError(`${file}${line}`, { file, line, column: 1 });
  const { text } = explainError(new ProblemsError([at('b', 1), at('a', 10), at('a', 9)]), false);
  expect(text.match(/error: (\w+)/g)).toEqual(['error: a9', 'error: a10', 'error: b1']);
});

test('a mistake on the command line has a remedy', () => {
  expect(explainError(new UsageError('-K needs a terminal', 'Use a file.'), false)).toEqual({
    text: 'error: -K needs a terminal\nUse a file.',
    exitCode: 1,
  });
});

test('what the file system refuses names the file', () => {
  const error = Object.assign(new Error('EACCES: ...'), { code: 'EACCES', path: '/root/x' });
  expect(explainError(error, false)).toEqual({ text: 'error: permission denied: /root/x', exitCode: 1 });
});

test('Ctrl-C at a question is no error of anybody', () => {
  const error = new Error('User force closed the prompt');
  error.name = 'ExitPromptError';
  expect(explainError(error, false)).toEqual({ text: 'interrupted', exitCode: 99 });
});

test('a mistake of ours is one line that asks for a report, with its stack only when wanted', () => {
  const error = new TypeError('x is not a function');
  const { text, exitCode } = explainError(error, false);
  expect(exitCode).toBe(250);
  expect(text).toContain('please report it): TypeError: x is not a function');
  expect(text).not.toContain('errors.test.ts');
  expect(explainError(error, true).text).toContain('errors.test.ts');
});

test('what a file or a host put into an error cannot reach the terminal', () => {
  expect(explainError(new UsageError('a\x1b[2Jb'), false).text).toBe('error: a\\x1b[2Jb');
});
