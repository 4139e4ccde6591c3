import { describe, expect, it } from 'vitest';
import {
  compileExpression,
  compileTemplate,
  createEnvironment,
  define,
  defineWithContext,
  MISSING,
  PyObject,
  parseHeader,
  TemplateSyntaxError,
  toText,
} from '../../../src/jinja/index.ts';
import { environmentOf, errorOf, evaluate, render, renderNative, scopeOf } from './helpers.ts';

describe('filters, tests and functions of others', () => {
  const environment = createEnvironment();
  environment.filters.set(
    'shout',
    define(
      ['s', ['mark', '!'], ['times', 1]],
      (s, mark, times) => `${s}`.toUpperCase() + `${mark}`.repeat(Number(times)),
    ),
  );
  environment.filters.set(
    'all',
    define(['first', '*rest', '**others'], (first, rest, others) => toText([first, rest, others])),
  );
  environment.filters.set(
    'apply',
    defineWithContext(['value', 'filter'], (context, value, filter) =>
      context.filter(String(filter), [value]),
    ),
  );
  environment.filters.set(
    'variable',
    defineWithContext(['name'], (context, name) => {
      const value = context.scope.get(String(name));
      return value === MISSING ? 'none such' : value;
    }),
  );
  environment.tests.set(
    'between',
    define(
      ['value', 'low', 'high'],
      (value, low, high) => Number(low) < Number(value) && Number(value) < Number(high),
    ),
  );
  environment.globals.set(
    'twice',
    defineWithContext(['function', 'value'], (context, callee, value) =>
      context.call(callee, [context.call(callee, [value])]),
    ),
  );
  const run = (source: string) => render(source, { given: 'from outside' }, environment);

  it('get their arguments by position and by name', () => {
    expect(
      run("{{ 'a' | shout }}{{ 'a' | shout('?') }}{{ 'a' | shout(times=2) }}{{ 'a' | shout('.', 3) }}"),
    ).toBe('A!A?A!!A...');
    expect(run('{{ 1 | all(2, 3, x=4) }}')).toBe("[1, [2, 3], {'x': 4}]");
    expect(run('{{ 5 is between(1, 9) }}{{ 5 is between(low=6, high=9) }}')).toBe('TrueFalse');
  });

  it.each([
    ["{{ 'a' | shout(1, 2, 3) }}", '4 arguments where 3 are expected (s, mark, times)'],
    ["{{ 'a' | shout(marks=1) }}", "there is no argument 'marks' (known: s, mark, times)"],
    ["{{ 'a' | shout('?', mark='!') }}", "argument 'mark' is given twice"],
    ['{{ 5 is between(1) }}', "required argument 'high' is missing"],
    ["{{ 'a' | shout(**{1: 2}) }}", 'keywords must be strings'],
    ["{{ 'a' | shout(mark=1, **{'mark': 2}) }}", "got multiple values for keyword argument 'mark'"],
  ])('refuse wrong ones: %s', (source, message) => expect(() => run(source)).toThrow(message));

  it('reach other filters, functions and variables through the context', () => {
    expect(run("{{ 'a' | apply('upper') }}{% macro m(x) %}<{{ x }}>{% endmacro %}{{ twice(m, 'a') }}")).toBe(
      'A<<a>>',
    );
    expect(
      run("{{ 'given' | variable }} {% set own = 1 %}{{ 'own' | variable }} {{ 'nope' | variable }}"),
    ).toBe('from outside 1 none such');
  });

  it('are found with a namespace in front, and only with a known one', () => {
    expect(run("{{ 'a' | ansible.builtin.shout }}{{ 5 is ansible.builtin.between(1, 9) }}")).toBe('A!True');
    expect(() => run("{{ 'a' | community.general.shout }}")).toThrow(
      "No filter named 'community.general.shout'.",
    );
  });

  it('objects show a template what they choose to', () => {
    class Version extends PyObject {
      readonly typeName = 'Version';
      readonly number: number;
      constructor(number: number) {
        super();
        this.number = number;
      }
      override getAttribute(name: string): unknown {
        return name === 'major' ? this.number : MISSING;
      }
      override toText(): string {
        return `v${this.number}`;
      }
      override compareTo(other: unknown): number | typeof MISSING {
        return other instanceof Version ? this.number - other.number : MISSING;
      }
    }
    const variables = { a: new Version(1), b: new Version(2) };
    expect(
      evaluate('a ~ a.major ~ (a < b) ~ (a.number is defined) ~ ([b, a] | sort | first)', variables),
    ).toBe('v11TrueFalsev1');
    expect(() => evaluate('a < 1', variables)).toThrow(
      "'<' not supported between instances of 'Version' and 'int'",
    );
  });
});

describe('options', () => {
  it('of newlines', () => {
    expect(render('a\nb\r\nc\n', {}, createEnvironment({ newlineSequence: '\r\n' }))).toBe('a\r\nb\r\nc');
    expect(render('a\n\n', {}, createEnvironment({ keepTrailingNewline: true }))).toBe('a\n\n');
    expect(render('a\n\n')).toBe('a\n');
  });

  it('of one template alone, and of what it includes', () => {
    const environment = environmentOf({ part: '<%= x %>{{ x }}' });
    const options = { variableStart: '<%=', variableEnd: '%>' };
    const source = "<%= x %>{{ x }}{% include 'part' %}";
    const template = compileTemplate(environment, source, { filename: 'f', options });
    expect(template.render(scopeOf({ x: 1 }))).toBe('1{{ x }}1{{ x }}');
    expect(render('<%= x %>{{ x }}', { x: 1 }, environment)).toBe('<%= x %>1');
  });

  it('of line statements', () => {
    const environment = createEnvironment({ lineStatementPrefix: '%', lineCommentPrefix: '##' });
    expect(render('a ## note\n  % for i in [1,\n    2]:\n- {{ i }}\n% endfor\nz', {}, environment)).toContain(
      '- 1\n- 2\n',
    );
  });

  it('of how a value becomes text', () => {
    const environment = createEnvironment({ finalize: (value) => (value === null ? '' : value) });
    expect(render('[{{ none }}|{{ [none] }}|{{ 1 }}]', {}, environment)).toBe('[|[None]|1]');
    expect(renderNative('{{ none }}', {}, environment)).toBe(null);
    expect(renderNative('a{{ none }}', {}, environment)).toBe('a');
  });
});

describe('the first line of a template file', () => {
  it('may hold options', () => {
    const header = parseHeader(
      '#jinja2: trim_blocks: False, variable_start_string:\'[%\', variable_end_string:"%]"\n[% x %]\n',
      'a.j2',
    );
    expect(header).toEqual({
      options: { trimBlocks: false, variableStart: '[%', variableEnd: '%]' },
      source: '[% x %]\n',
      line: 2,
    });
  });

  it('is no header otherwise', () => {
    expect(parseHeader('# jinja2: a\nb', 'a.j2')).toEqual({ options: {}, source: '# jinja2: a\nb', line: 1 });
  });

  it.each([
    ['#jinja2: trim: True', "unknown option 'trim'"],
    [
      '#jinja2: trim_blocks: yes',
      "'yes' is no value for trim_blocks in the #jinja2: line: write True or False",
    ],
    ['#jinja2: block_start_string: <%', 'write a quoted text'],
    ['#jinja2: nonsense\nx', "'nonsense' in the #jinja2: line is no 'option: value'"],
  ])('%s is an error with its place', (text, message) => {
    const error = errorOf(() => parseHeader(text, 'a.j2'), TemplateSyntaxError);
    expect(error.message).toContain(message);
    expect(error.place).toBe('a.j2:1:1');
  });
});

describe('native results', () => {
  it.each([
    ['{{ [1, 2] }}', [1, 2]],
    ["{{ {'a': {'b': [1]}} }}", { a: { b: [1] } }],
    ['{{ range(3) }}', [0, 1, 2]],
    ["{{ {'a': 1}.keys() }}", ['a']],
    ["{{ [{'a': 1}, range(2)] }}", [{ a: 1 }, [0, 1]]],
    ['{{ x }}{{ x }}', '[1][1]'],
    ['{% macro m() %}{{ x }}{% endmacro %}{{ m() }}', [1]],
    ['{% set y %}{{ x }}{% endset %}{{ y }}', [1]],
    ['{% filter list %}{{ x }}{% endfilter %}', [1]],
    ['{% set y %}{{ 5 }}{% endset %}{{ y + 1 }}', 6],
    ['{% if false %}x{% endif %}', null],
    ["{{ '5' }}", '5'],
    ['', ''],
    ['{{ dict(a=1) }}', { a: 1 }],
  ])('%s', (source, expected) => expect(renderNative(source, { x: [1] })).toEqual(expected));

  it('are maps where an object would lose the order or the type of keys', () => {
    expect(renderNative("{{ {'b': 1, '10': 2} }}")).toEqual(
      new Map<string, number>([
        ['b', 1],
        ['10', 2],
      ]),
    );
    expect(renderNative('{{ {1: 2} }}')).toEqual(new Map([[1, 2]]));
  });

  it('are the values of the scope themselves', () => {
    const list = [{ a: 1 }];
    expect(renderNative('{{ x }}', { x: list })).toBe(list);
  });

  it('are never undefined', () => {
    expect(() => renderNative('{{ nope }}')).toThrow("'nope' is undefined");
  });
});

describe('what is compiled', () => {
  it('is kept, and apart for each place', () => {
    const environment = createEnvironment();
    const at = (line: number) => compileExpression(environment, 'nope ~ 1', { filename: 'f', line });
    expect(at(1)).toBe(at(1));
    expect(at(1)).not.toBe(at(2));
    expect(() => at(2).evaluate(scopeOf())).toThrow(expect.objectContaining({ line: 2 }));
  });

  it('is kept within a bound', () => {
    const environment = createEnvironment();
    const compile = (index: number) => compileExpression(environment, `x + ${index}`, { filename: 'f' });
    const first = compile(0);
    for (let index = 1; index < 10_000; index++) compile(index);
    expect(compile(0)).not.toBe(first);
    expect(compile(9_999)).toBe(compile(9_999));
  });
});
