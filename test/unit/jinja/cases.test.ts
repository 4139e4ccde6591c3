import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  compileExpression,
  compileTemplate,
  type Environment,
  type EnvironmentOptions,
  isDict,
  isTemplate,
  MISSING,
  type Scope,
  TemplateError,
  TemplateNotFound,
  TemplateRuntimeError,
  toRepr,
  Undefined,
  UndefinedError,
} from '../../../src/jinja/index.ts';
import { caseEnvironment } from './caseEnvironment.ts';
import { decode, isSame } from './encoding.ts';

// cases.md beside the file says what the cases are and how their values are written.
interface Case {
  readonly id: string;
  readonly kind: 'expr' | 'template' | 'native';
  readonly src: string;
  readonly vars: Record<string, unknown>;
  readonly expected: unknown;
  readonly templates?: Record<string, string>;
  readonly opts?: Record<string, unknown>;
  readonly lazy?: boolean;
}

const cases: Case[] = JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8'));

const optionNames: Record<string, string> = {
  keep_trailing_newline: 'keepTrailingNewline',
  lstrip_blocks: 'lstripBlocks',
  trim_blocks: 'trimBlocks',
  block_start_string: 'blockStart',
  block_end_string: 'blockEnd',
  variable_start_string: 'variableStart',
  variable_end_string: 'variableEnd',
  line_statement_prefix: 'lineStatementPrefix',
  line_comment_prefix: 'lineCommentPrefix',
};

function environmentOf({ opts = {}, templates }: Case): Environment {
  const options: EnvironmentOptions = Object.fromEntries(
    Object.entries(opts).map(([name, value]) => [optionNames[name] ?? name, value]),
  );
  const loader = (name: string) => {
    const source = templates?.[name];
    return source === undefined ? undefined : { source, filename: name };
  };
  return caseEnvironment({ ...options, loader });
}

function scopeOf({ vars, lazy }: Case, environment: Environment): Scope {
  const values = decode(vars) as Record<string, unknown>;
  const scope: Scope = {
    get(name) {
      if (!Object.hasOwn(values, name)) return MISSING;
      return lazy ? renderLazily(values[name], environment, scope) : values[name];
    },
  };
  return scope;
}

function renderLazily(value: unknown, environment: Environment, scope: Scope): unknown {
  if (typeof value === 'string') {
    if (!isTemplate(value)) return value;
    return compileTemplate(environment, value, { filename: 'vars' }).renderNative(scope);
  }
  if (Array.isArray(value)) return value.map((item) => renderLazily(item, environment, scope));
  if (!isDict(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, renderLazily(item, environment, scope)]),
  );
}

function run(one: Case): unknown {
  const environment = environmentOf(one);
  const scope = scopeOf(one, environment);
  const place = { filename: one.id };
  if (one.kind === 'expr') return compileExpression(environment, one.src, place).evaluate(scope);
  const template = compileTemplate(environment, one.src, place);
  return one.kind === 'native' ? template.renderNative(scope) : template.render(scope);
}

interface ExpectedError {
  readonly $error: string;
  readonly message: string;
  readonly lineno?: number;
  readonly contains?: readonly string[];
}

function checkError(one: Case, expected: ExpectedError): void {
  let error: unknown;
  try {
    error = `no error, but ${toRepr(run(one))}`;
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(TemplateError);
  const actual = error as TemplateError;
  expect(typeOf(actual)).toBe(expected.$error);
  if (expected.lineno !== undefined) expect(actual.line).toBe(expected.lineno);
  for (const part of expected.contains ?? []) expect(actual.message).toContain(part);
}

function typeOf(error: TemplateError): string {
  if (error instanceof TemplateRuntimeError) return error.type;
  if (error instanceof UndefinedError) return 'UndefinedError';
  return error instanceof TemplateNotFound ? 'TemplateNotFound' : error.constructor.name;
}

interface MoreCases {
  readonly vars: Record<string, unknown>;
  readonly templates: Record<string, string>;
  readonly cases: readonly { readonly src: string; readonly expected: unknown }[];
}

const more: MoreCases = JSON.parse(readFileSync(new URL('more.json', import.meta.url), 'utf8'));
const moreCases = more.cases.map(({ src, expected }, index): Case => {
  return { id: `more-${index}`, kind: 'template', src, expected, vars: more.vars, templates: more.templates };
});

describe('the answers of Jinja2', () => {
  it('has the cases', () => expect(cases.length).toBe(536));

  for (const one of [...cases, ...moreCases]) {
    it(`${one.id}: ${one.src.slice(0, 80)}`, () => {
      const { expected } = one;
      const tags = typeof expected === 'object' && expected !== null ? expected : {};
      if ('$error' in tags) {
        checkError(one, tags as unknown as ExpectedError);
        return;
      }
      const actual = run(one);
      if ('$undefined' in tags) {
        expect(actual).toBeInstanceOf(Undefined);
        expect((actual as Undefined).name).toBe(tags.$undefined);
        return;
      }
      const wanted = decode(expected);
      expect(isSame(actual, wanted), `${toRepr(actual)} instead of ${toRepr(wanted)}`).toBe(true);
    });
  }
});
