import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type Answer, oracleAnswers } from './filters/oracleRun.ts';
import { ourAnswers } from './filters/ourRun.ts';
import { findOracle } from './oracle.ts';

const expressionsFolder = fileURLToPath(new URL('./filters/', import.meta.url));
const oracle = await findOracle();
const oracleFolder = oracle.missing === undefined ? oracle.folder : '';
const skipped = oracle.missing === undefined ? '' : ` (skipped: ${oracle.missing})`;
// Both sides see the same clock, home and words.
const environment = {
  TZ: 'UTC',
  HOME: process.env.HOME ?? '/',
  FLOTTE_TEST_WORD: 'word',
  FLOTTE_TEST_OTHER: 'other',
};

/** One expression a line; lines that begin with `#` are headings. */
function expressionsOf(file: string): string[] {
  const lines = readFileSync(join(expressionsFolder, file), 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

// What went wrong is said in other words; that it went wrong is the same.
function comparable(answer: Answer): unknown {
  return 'failed' in answer ? 'failed' : answer;
}

describe.skipIf(oracle.missing)(
  `filters, tests and lookups as ansible-core evaluates them${skipped}`,
  async () => {
    const files = readdirSync(expressionsFolder).filter((name) => name.endsWith('.txt'));
    const expressions = files.flatMap(expressionsOf);
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'flotte-filters-')));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(join(expressionsFolder, 'fixtures'), folder, { recursive: true });
    cpSync(join(expressionsFolder, 'vars.yml'), join(folder, 'vars.yml'));
    Object.assign(process.env, environment);
    const theirs =
      oracle.missing === undefined ? await oracleAnswers(oracleFolder, expressions, folder, environment) : [];
    const ours = ourAnswers(expressions, folder);

    it.each(expressions.map((expression, index) => ({ expression, index })))('$expression', ({ index }) => {
      expect(comparable(ours[index]!)).toEqual(comparable(theirs[index]!));
    });
  },
);
