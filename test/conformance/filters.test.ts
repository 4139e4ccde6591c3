import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Answer, oracleAnswers } from './filters/oracleRun.ts';
import { ourAnswers } from './filters/ourRun.ts';
import { findOracle } from './oracle.ts';

const folder = fileURLToPath(new URL('./filters/', import.meta.url));
const variablesFile = `${folder}vars.yml`;
const oracle = await findOracle();
const oracleFolder = oracle.missing === undefined ? oracle.folder : '';
const skipped = oracle.missing === undefined ? '' : ` (skipped: ${oracle.missing})`;
// Both sides see the same clock and home.
const environment = { TZ: 'UTC', HOME: process.env.HOME ?? '/' };

/** One expression a line; lines that begin with `#` are headings. */
function expressionsOf(file: string): string[] {
  const lines = readFileSync(folder + file, 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));

// What went wrong is said in other words; that it went wrong is the same.
function comparable(answer: Answer): unknown {
  return 'failed' in answer ? 'failed' : answer;
}

describe.skipIf(oracle.missing)(`filters and tests as ansible-core evaluates them${skipped}`, async () => {
  const expressions = files.flatMap(expressionsOf);
  process.env.TZ = environment.TZ;
  const theirs =
    oracle.missing === undefined
      ? await oracleAnswers(oracleFolder, expressions, variablesFile, environment)
      : [];
  const ours = ourAnswers(expressions, variablesFile);

  it.each(expressions.map((expression, index) => ({ expression, index })))('$expression', ({ index }) => {
    expect(comparable(ours[index]!)).toEqual(comparable(theirs[index]!));
  });
});
