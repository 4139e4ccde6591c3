import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  compileExpression,
  compileTemplate,
  MISSING,
  PyObject,
  type Scope,
  TemplateError,
  TemplateRuntimeError,
  toRepr,
  Undefined,
  UndefinedError,
} from '../../../src/jinja/index.ts';
import { caseEnvironment } from './caseEnvironment.ts';
import { decode, isSame } from './encoding.ts';
import { randomNumbers, randomSources, randomVariables } from './randomSource.ts';

const EXPRESSIONS = 600;
const TEMPLATES = 200;
const WANTED_SHARE = 0.98;

interface Drawn {
  readonly kind: 'expr' | 'template';
  readonly src: string;
  readonly vars: unknown;
  readonly opts: Readonly<Record<string, boolean>>;
}

const oracle = fileURLToPath(new URL('oracle.py', import.meta.url));

/** A Python that has Jinja2, if there is one. */
function findPython(): string | undefined {
  return ['python3', '/usr/bin/python3'].find(
    (python) => spawnSync(python, ['-c', 'import jinja2'], { stdio: 'ignore' }).status === 0,
  );
}

function drawCases(seed: number): Drawn[] {
  const random = randomNumbers(seed);
  const sources = randomSources(random);
  const draw = (kind: Drawn['kind'], src: string): Drawn => {
    const [trim, lstrip, keep] = [random() < 0.7, random() < 0.4, random() < 0.4];
    const opts = { trim_blocks: trim, lstrip_blocks: lstrip, keep_trailing_newline: keep };
    return { kind, src, vars: randomVariables, opts };
  };
  return [
    ...Array.from({ length: EXPRESSIONS }, () => draw('expr', sources.expression())),
    ...Array.from({ length: TEMPLATES }, () => draw('template', sources.template())),
  ];
}

function ownAnswer({ kind, src, vars, opts }: Drawn): unknown {
  const environment = caseEnvironment({
    trimBlocks: opts.trim_blocks === true,
    lstripBlocks: opts.lstrip_blocks === true,
    keepTrailingNewline: opts.keep_trailing_newline === true,
  });
  const values = decode(vars) as Record<string, unknown>;
  const scope: Scope = { get: (name) => (Object.hasOwn(values, name) ? values[name] : MISSING) };
  try {
    if (kind === 'template') return compileTemplate(environment, src, { filename: 'random' }).render(scope);
    return compileExpression(environment, src, { filename: 'random' }).evaluate(scope);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw new Error(`not an error of templates, for ${src}`, { cause: error });
  }
}

/** Jinja2's name of the class of an error. */
function errorType(error: TemplateError): string {
  if (error instanceof TemplateRuntimeError) return error.type;
  return error instanceof UndefinedError ? 'UndefinedError' : error.constructor.name;
}

function agrees(own: unknown, expected: unknown): boolean {
  const tags = typeof expected === 'object' && expected !== null ? (expected as Record<string, unknown>) : {};
  if ('$error' in tags) return own instanceof TemplateError && errorType(own) === tags.$error;
  if (own instanceof TemplateError) return false;
  if ('$undefined' in tags) return own instanceof Undefined;
  if ('$callable' in tags) return own instanceof PyObject && own.invoke !== undefined;
  return isSame(own, decode(expected));
}

function describeAnswer(own: unknown): string {
  if (own instanceof Undefined) return `undefined ${own.name}`;
  if (own instanceof TemplateError) return `${errorType(own)}: ${own.message}`;
  try {
    return toRepr(own);
  } catch (error) {
    return `a value with something undefined in it (${(error as Error).message})`;
  }
}

describe('random expressions and templates', () => {
  const python = findPython();
  if (!python) {
    it.skip('skipped, because no python3 with Jinja2 was found to compare with', () => {});
    return;
  }

  it(`gives what Jinja2 gives in at least ${WANTED_SHARE * 100} % of them`, { timeout: 60_000 }, () => {
    const seed = Number(process.env.FLOTTE_SEED ?? 20_250_601);
    const drawn = drawCases(seed);
    const answers: unknown[] = JSON.parse(
      execFileSync(python, [oracle], { input: JSON.stringify(drawn), encoding: 'utf8', maxBuffer: 1 << 28 }),
    );
    const different = drawn.flatMap((one, index) => {
      const own = ownAnswer(one);
      if (agrees(own, answers[index])) return [];
      return [`${one.src}\n    is     ${describeAnswer(own)}\n    Jinja2 ${JSON.stringify(answers[index])}`];
    });
    const share = 1 - different.length / drawn.length;
    const failing = answers.filter(
      (answer) => answer !== null && typeof answer === 'object' && '$error' in answer,
    );
    console.log(
      `seed ${seed}: ${(share * 100).toFixed(2)} % of ${drawn.length} equal (${failing.length} of them errors)`,
    );
    if (process.env.FLOTTE_SHOW_DIFFERENCES) console.log(different.join('\n'));
    expect(share, different.slice(0, 20).join('\n')).toBeGreaterThanOrEqual(WANTED_SHARE);
  });
});
