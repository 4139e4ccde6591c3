import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('the reference pages are those of the schemas and registries', () => {
  expect(() =>
    execFileSync(process.execPath, ['scripts/reference.mjs', '--check'], { stdio: 'pipe' }),
  ).not.toThrow();
});
