import { describe, expect, it } from 'vitest';
import {
  compileExpression,
  compileTemplate,
  createEnvironment,
  define,
  SecurityError,
  TemplateError,
  TemplateNotFound,
  TemplateRuntimeError,
  TemplateSyntaxError,
  Undefined,
  UndefinedError,
} from '../../../src/jinja/index.ts';
import { environmentOf, errorOf, evaluate, render, renderNative, scopeOf } from './helpers.ts';

describe('the place of an error', () => {
  it('counts lines and columns from where the text begins in its file', () => {
    const environment = createEnvironment();
    const expression = compileExpression(environment, 'a and\n  nope.x > 1', {
      filename: 'site.yml',
      line: 12,
      column: 13,
    });
    const error = errorOf(() => expression.evaluate(scopeOf({ a: true })), UndefinedError);
    expect(error.place).toBe('site.yml:13:3');
    expect(error.expression).toBe('nope');
    expect(error.sourceLine).toBe('  nope.x > 1');
    expect(error.name).toBe('nope');
  });

  it('moves the first line by the column', () => {
    const place = { filename: 'site.yml', line: 12, column: 13 };
    const error = errorOf(() => compileExpression(createEnvironment(), 'a b', place), TemplateSyntaxError);
    expect(error.place).toBe('site.yml:12:15');
  });

  it('names the operation that failed, not the whole tag', () => {
    const error = errorOf(() => render("x\n{{ 'n: ' ~ (1 + 'a') ~ '!' }}"), TemplateRuntimeError);
    expect(error.type).toBe('TypeError');
    expect([error.line, error.column, error.expression]).toEqual([2, 13, "1 + 'a'"]);
  });

  it('is in the file of the macro, the included or the extended template that fails', () => {
    const environment = environmentOf({
      lib: '{% macro half(n) %}\n{{ n // 0 }}\n{% endmacro %}',
      part: '{{ missing_here }}',
      base: '{% block a %}{% endblock %}\n{{ missing_there }}',
    });
    const places = [
      "{% from 'lib' import half %}{{ half(3) }}",
      "{% include 'part' %}",
      "{% extends 'base' %}",
    ].map((source) => errorOf(() => render(source, {}, environment), TemplateError).place);
    expect(places).toEqual(['lib:2:4', 'part:1:4', 'base:2:4']);
  });

  it('stays with the operation after a macro that it calls', () => {
    const source = '{% macro m() %}{{ 1 + 1 }}{% endmacro %}\n{{ m() + 1 }}';
    expect(errorOf(() => render(source), TemplateRuntimeError).place).toBe('test:2:4');
  });

  it('is given to the errors of filters', () => {
    const environment = createEnvironment();
    environment.filters.set(
      'fail',
      define(['value'], () => {
        throw new TemplateRuntimeError('too bad');
      }),
    );
    const error = errorOf(() => evaluate('1 ~ (x | fail)', { x: 1 }, environment), TemplateRuntimeError);
    expect([error.message, error.column, error.expression]).toEqual(['too bad', 6, 'x | fail']);
  });

  it('leaves errors of others as they are', () => {
    const own = new Error('from the vault');
    const scope = {
      get: () => {
        throw own;
      },
    };
    expect(() => compileExpression(createEnvironment(), 'x', { filename: 'f' }).evaluate(scope)).toThrow(own);
  });
});

describe('undefined values', () => {
  it.each([
    ['nope', "'nope' is undefined", 'nope'],
    ['d.nope', "'dict object' has no attribute 'nope'", 'nope'],
    ['d.nope.deeper', "'dict object' has no attribute 'nope'", 'nope'],
    ["d['a-b']", "'dict object' has no attribute 'a-b'", 'a-b'],
    ['l[7]', 'list object has no element 7', ''],
    ['nothing.x', "'None' has no attribute 'x'", 'x'],
    ['s.nomethod()', "'str object' has no attribute 'nomethod'", 'nomethod'],
  ])('%s says what is missing', (source, message, name) => {
    const variables = { d: {}, l: [1], s: 'x', nothing: null };
    const error = errorOf(() => evaluate(`${source} ~ ''`, variables), UndefinedError);
    expect([error.message, error.name]).toEqual([message, name]);
  });

  it('of an if without else are empty where text is wanted, and no value', () => {
    expect(render("[{{ 'x' if false }}]{{ 1 if ('x' if false) else 2 }}")).toBe('[]2');
    const message = 'the condition of the inline if is false and it has no else';
    expect(() => renderNative("{{ 'x' if false }}")).toThrow(message);
    expect(() => evaluate("('x' if false).y")).toThrow(message);
    expect(() => evaluate("('x' if false) + 1")).toThrow(message);
  });

  it('are an error in the text of a list or dict too', () => {
    expect(() => render('{{ [nope] }}')).toThrow("'nope' is undefined");
    expect(() => render("{{ {'a': d.x} }}", { d: {} })).toThrow("has no attribute 'x'");
  });

  it('carry the error of a variable that itself uses something undefined', () => {
    const inner = new UndefinedError("'port' is undefined", 'port');
    const scope = {
      get: () => {
        throw inner;
      },
    };
    const run = (source: string) =>
      compileExpression(createEnvironment(), source, { filename: 'f' }).evaluate(scope);
    expect(run("url | default('none')")).toBe('none');
    expect(run('url is defined')).toBe(false);
    expect(run('url.host is undefined')).toBe(true);
    const error = errorOf(() => run('url | upper'), UndefinedError);
    expect([error.message, error.name, error.cause]).toEqual(["'port' is undefined", 'port', inner]);
    expect(run('url')).toBeInstanceOf(Undefined);
  });

  it('may be found lazily inside of dicts and lists', () => {
    const inner = new UndefinedError("'port' is undefined", 'port');
    const lazy = (holder: object, key: string) =>
      Object.defineProperty(holder, key, {
        enumerable: true,
        get() {
          throw inner;
        },
      });
    const variables = { d: lazy({}, 'url'), l: lazy(['a', 'b'], '1') };
    expect(evaluate("d.url | default('x') ~ d['url'] | default('y') ~ l[1] | default('z')", variables)).toBe(
      'xyz',
    );
    expect(() => evaluate('d.url ~ 1', variables)).toThrow("'port' is undefined");
    expect(() => evaluate('l | join', variables)).toThrow("'port' is undefined");
  });
});

describe('mistakes of syntax', () => {
  it.each([
    ['{{ a', "expected token 'end of print statement', got 'end of template'", 1],
    ['{% for %}', "can't assign to 'end of statement block'", 1],
    ['{% for true in x %}{% endfor %}', "can't assign to 'true'", 1],
    ['a\n{# b', 'Missing end of comment tag', 2],
    ['{% raw %}', 'Missing end of raw directive', 1],
    ['{{ a.%}', "unexpected '}'", 1],
    ["{{ '\\x4' }}", "incomplete or unknown escape '\\x' in a string", 1],
    ['{{ f(a=1, 2) }}', 'invalid syntax for function call expression', 1],
    ['{{ x is odd is even }}', 'You cannot chain multiple tests with is', 1],
    ['{% break %}', "'break' outside loop", 1],
    ['{% macro m(a=1, b) %}{% endmacro %}', 'non-default argument follows default argument', 1],
    ['{% block a %}{% endblock %}\n{% block a %}{% endblock %}', "block 'a' defined twice", 2],
    ['{{ x | nope }}', "No filter named 'nope'.", 1],
    ["{% from 'x' import _y %}", 'names starting with an underline can not be imported', 1],
    ['{{ a @ b }}', "unexpected char '@' at 5", 1],
  ])('%s', (source, message, line) => {
    const error = errorOf(
      () => compileTemplate(createEnvironment(), source, { filename: 'f' }),
      TemplateSyntaxError,
    );
    expect(error.message).toContain(message);
    expect(error.line).toBe(line);
  });

  it('an unknown filter in a branch that is not taken is none', () => {
    expect(render('{% if false %}{{ 1 | nope }}{% endif %}{{ 1 if true else 2 | nope }}')).toBe('1');
    expect(() => render('{% if true %}{{ 1 | nope }}{% endif %}')).toThrow("No filter named 'nope' found.");
  });
});

describe('templates that are not there', () => {
  it('name all that were tried', () => {
    const error = errorOf(() => render("{% include ['a', 'b'] %}"), TemplateNotFound);
    expect(error.message).toBe('none of the templates given were found: a, b');
  });

  it('are no error where they may be missing', () => {
    expect(render("{% include 'a' ignore missing with context %}-")).toBe('-');
  });

  it('are an error inside of one that is found', () => {
    const environment = environmentOf({ outer: "{% include 'inner' %}" });
    expect(() => render("{% include 'outer' ignore missing %}", {}, environment)).toThrow(TemplateNotFound);
  });
});

it('too deep a nesting is an error of the template', () => {
  const chain = `1${' + 1'.repeat(50_000)}`;
  expect(() => evaluate(chain)).toThrow(SecurityError);
  expect(() => evaluate(`${'('.repeat(5000)}1${')'.repeat(5000)}`)).toThrow('nested deeper than');
});
