import { describe, expect, it } from 'vitest';
import {
  compileTemplate,
  createEnvironment,
  type Limits,
  PyObject,
  SecurityError,
  TemplateError,
  Undefined,
} from '../../../src/jinja/index.ts';
import { environmentOf, evaluate, render, renderNative, scopeOf } from './helpers.ts';

class Point extends PyObject {
  readonly typeName = 'Point';
  readonly secret = 'inside';
}

class Foreign {
  readonly secret = 'inside';
}

describe('a template reaches nothing of JavaScript', () => {
  const names = [
    'constructor',
    '__proto__',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'length',
    '__class__',
  ];
  const values: Record<string, unknown> = {
    dict: {},
    map: new Map(),
    list: [],
    text: 'x',
    number: 1,
    fraction: 1.5,
    point: new Point(),
    foreign: new Foreign(),
    date: new Date(0),
    regex: /x/,
    code: () => 'called',
  };
  for (const [kind, value] of Object.entries(values)) {
    it(`not through a ${kind}`, () => {
      for (const name of [...names, 'secret', 'call', 'apply', 'invoke', 'getAttribute']) {
        expect(evaluate(`x.${name} is defined`, { x: value }), `.${name}`).toBe(false);
        expect(evaluate(`x['${name}'] is defined`, { x: value }), `[${name}]`).toBe(false);
        expect(evaluate(`x | attr('${name}') is defined`, { x: value }), `attr ${name}`).toBe(false);
      }
    });
  }

  it('not through functions, methods, macros, loops or blocks', () => {
    const things = [
      'range',
      "'x'.upper",
      'm',
      'loop',
      'self',
      'self.b',
      'namespace()',
      "cycler('a')",
      'joiner()',
      'cycler',
    ];
    for (const thing of things) {
      for (const name of names) {
        const source =
          '{% macro m() %}{% endmacro %}{% block b %}{% endblock %}' +
          `{% for i in [1] %}{{ (${thing}).${name} is defined }}{% endfor %}`;
        if (thing === 'loop' && name === 'length') continue;
        expect(render(source), `${thing}.${name}`).toBe('False');
      }
    }
  });

  it('not through formats', () => {
    for (const path of [
      '0.constructor',
      '0.__class__',
      '0[constructor]',
      '0.invoke',
      '0.__init__.__globals__',
    ]) {
      expect(() => evaluate(`'{${path}}'.format(x)`, { x: [] }), path).toThrow(TemplateError);
      expect(() => evaluate(`'{${path}}'.format(range)`), path).toThrow(TemplateError);
    }
    expect(() => evaluate("'%(constructor)s' % {}")).toThrow(TemplateError);
  });

  it('not by names of variables, keyword arguments or filters', () => {
    for (const name of [...names, 'globalThis', 'process', 'require']) {
      expect(evaluate(`${name} is defined`), name).toBe(false);
      expect(() => evaluate(`1 | ${name}`), name).toThrow(TemplateError);
      expect(() => evaluate(`1 is ${name}`), name).toThrow(TemplateError);
      expect(() => evaluate(`'a' | replace('a', 'b', ${name}=1)`), name).toThrow(TemplateError);
    }
    expect(evaluate("dict(**{'__proto__': 1, 'constructor': 2}).constructor")).toBe(2);
  });

  it('calls no function that a variable holds', () => {
    expect(() => evaluate('x()', { x: () => 'called' })).toThrow("'object' object is not callable");
    expect(() => evaluate('x.f()', { x: { f: () => 'called' } })).toThrow('not callable');
  });

  it('does not change prototypes', () => {
    render("{% set d = {} %}{% do d.update({'__proto__': {'polluted': 1}}) %}{{ d }}");
    const own: Record<string, unknown> = {};
    render("{% do own.update({'__proto__': {'polluted': 1}}) %}", { own });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(own)).toBe(Object.prototype);
    expect(Object.hasOwn(own, '__proto__')).toBe(true);
    const result = renderNative("{{ {'__proto__': {'polluted': 1}} }}");
    expect((result as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('leaves frozen values alone', () => {
    const list = Object.freeze([1]);
    const dict = Object.freeze({ a: 1 });
    expect(() => evaluate('x.append(2)', { x: list })).toThrow('cannot be changed here');
    expect(() => evaluate("x.pop('a')", { x: dict })).toThrow('cannot be changed here');
  });
});

describe('limits', () => {
  const small: Partial<Limits> = {
    characters: 10_000,
    items: 1000,
    iterations: 50_000,
    depth: 20,
    milliseconds: 200,
  };
  const refuses = (
    source: string,
    limits: Partial<Limits> = small,
    templates: Record<string, string> = {},
  ) => {
    const environment = environmentOf(templates, { limits });
    const template = compileTemplate(environment, source, { filename: 'hostile' });
    expect(() => template.render(scopeOf())).toThrow(SecurityError);
  };

  it.each([
    "{{ 'x' * 100000 }}",
    "{{ 100000 * 'x' }}",
    "{{ 'x'.ljust(100000) }}",
    "{{ 'x'.zfill(100000) }}",
    "{{ 'x' | center(100000) }}",
    "{{ '%100000s' % 'x' }}",
    "{{ '%*d' % (100000, 1) }}",
    "{{ '{:100000}'.format(1) }}",
    "{{ '{:.100000f}'.format(1.5) }}",
    "{{ '\\t'.expandtabs(100000) }}",
    "{{ ('x' * 9000) ~ ('y' * 9000) }}",
    "{{ ('x' * 9000) + ('y' * 9000) }}",
    "{{ ('x' * 5000).replace('x', 'yyy') }}",
    "{{ ('x' * 5000) | replace('x', 'yyy') }}",
    "{{ ['x' * 5000] * 10 }}",
    "{{ (['x' * 500] * 100) | join }}",
    "{{ (['x' * 500] * 100) | tojson }}",
    "{{ ('\\n' * 5000) | indent('xxx', blank=true) }}",
    "{% for i in range(1000) %}{{ 'x' * 100 }}{% endfor %}",
    "{% set ns = namespace(x='x') %}{% for i in range(64) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set a = ['x' * 100] * 100 %}{% set b = [a] * 100 %}{% set c = [b] * 100 %}{{ c }}",
    "{% set a = ['x' * 100] * 100 %}{% set b = [a] * 100 %}{% set c = [b] * 100 %}{{ c | tojson }}",
    "{% set a = ['x' * 100] * 100 %}{% set b = [a] * 100 %}{% set c = [b] * 100 %}{{ c | pprint }}",
  ])('of text: %s', (source) => refuses(source));

  it.each([
    '{{ range(100000) }}',
    '{{ [0] * 100000 }}',
    '{% set l = [1] %}{% for i in range(20) %}{% do l.extend(l) %}{% endfor %}',
    '{{ lipsum(100000) }}',
  ])('of lists: %s', (source) => refuses(source));

  it.each([
    '{% for a in range(999) %}{% for b in range(999) %}{% for c in range(999) %}{% endfor %}{% endfor %}{% endfor %}',
    '{% for a in range(999) %}{% set x = range(999) | list %}{% endfor %}',
    '{% for a in range(999) %}{% set x = range(999) | map("string") | list | sort %}{% endfor %}',
    '{% set a = [[0]] * 99 %}{% set b = [a] * 99 %}{% set c = [[0]] * 99 %}{% set d = [c] * 99 %}{{ [b] * 99 == [d] * 99 }}',
  ])('of iterations: %s', (source) => refuses(source));

  it.each([
    '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}',
    '{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}',
    '{% set l = [] %}{% do l.append(l) %}{% for x in l recursive %}{{ loop(x) }}{% endfor %}',
    "{% include 'itself' %}",
    "{% extends 'parent' %}",
    '{% block a %}{{ self.a() }}{% endblock %}',
    "{% import 'import' as x %}",
  ])('of depth: %s', (source) =>
    refuses(source, small, {
      itself: "{% include 'itself' %}",
      parent: "{% extends 'parent' %}",
      import: "{% import 'import' as x %}",
    }),
  );

  it.each([
    '{{ 9 ** 99999999 }}',
    '{% set ns = namespace(x=2) %}{% for i in range(64) %}{% set ns.x = ns.x * ns.x %}{% endfor %}',
  ])('of integers: %s', (source) => refuses(source));

  it('of time', () => {
    const started = performance.now();
    const source = "{% for a in range(999999) %}{{ ('abc' * 50) | upper | reverse | length }}{% endfor %}";
    refuses(source, { milliseconds: 100 });
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('of templates inside of variables are those of the outermost', () => {
    const environment = createEnvironment({ limits: { depth: 30 } });
    const template = compileTemplate(environment, '{{ x }}', { filename: 'vars' });
    const scope = { get: (): unknown => template.render(scope) };
    expect(() => template.render(scope)).toThrow('nested deeper than 30');
    expect(compileTemplate(environment, '{{ 1 }}', { filename: 'f' }).render(scope)).toBe('1');
  });

  it('are not in the way of ordinary templates', () => {
    expect(render("{% for i in range(1000) %}{{ 'x' * 1000 }}{% endfor %}").length).toBe(1_000_000);
  });
});

describe('values that hold themselves', () => {
  it('print as Python prints them', () => {
    const source =
      "{% set l = [1] %}{% do l.append(l) %}{% set d = {} %}{% do d.update({'d': d}) %}{{ l }}{{ d }}";
    expect(render(source)).toBe("[1, [...]]{'d': {...}}");
  });

  it('are handed out whole', () => {
    const result = renderNative('{% set l = [1] %}{% do l.append(l) %}{{ l }}') as unknown[];
    expect(result[1]).toBe(result);
  });

  it('are an error where they would have no end', () => {
    expect(() => render('{% set l = [1] %}{% do l.append(l) %}{{ l | tojson }}')).toThrow(SecurityError);
  });
});

it('a list or dict with something undefined in it is still a value', () => {
  expect((evaluate('[nope]') as unknown[])[0]).toBeInstanceOf(Undefined);
});
