import { describe, expect, it } from 'vitest';
import { createEnvironment, findReferences, isTemplate } from '../../../src/jinja/index.ts';
import { environmentOf } from './helpers.ts';

const environment = createEnvironment();

function pathsOf(
  source: string,
  kind: 'template' | 'expression' = 'template',
  within = environment,
): string[] {
  return findReferences(within, source, kind)
    .paths.map((path) => path.join('.'))
    .sort();
}

describe('the free variables of an expression', () => {
  it.each([
    ["result.stdout == 'x' and result.rc", ['result.rc', 'result.stdout']],
    ["hostvars[h]['ip'].v", ['h', 'hostvars']],
    ["hostvars['web']['ip']", ['hostvars.web.ip']],
    ["d.get('x', other).y | default(z)", ['d', 'other', 'z']],
    ["lookup('env', name)", ['lookup', 'name']],
    ["users | selectattr('x', 'eq', wanted) | map(attribute='n') | list", ['users', 'wanted']],
    ['l[1].name ~ l[i + 1:stop]', ['i', 'l', 'stop']],
    ['a.b().c if t is divisibleby n else {k: [v]}', ['a', 'k', 'n', 't', 'v']],
    ['f(*args, **options)', ['args', 'f', 'options']],
    ['true and none', []],
    ['x.y ~ x.y ~ x', ['x', 'x.y']],
    ['f(a.b)(c)', ['a.b', 'c', 'f']],
  ])('%s', (source, expected) => expect(pathsOf(source, 'expression')).toEqual(expected));
});

describe('the free variables of a template', () => {
  it.each([
    ['{{ a }}{% set b = c %}{{ b }}', ['a', 'c']],
    ['{{ b }}{% set b = 1 %}', ['b']],
    ['{% if t %}{% set b = 1 %}{% endif %}{{ b }}', ['b', 't']],
    ['{% if t %}{% set b = 1 %}{% else %}{% set b = 2 %}{% endif %}{{ b }}', ['t']],
    [
      '{% for x in xs if x > low %}{{ loop.index }}{{ x.y }}{% else %}{{ x }}{% endfor %}',
      ['low', 'x', 'xs'],
    ],
    ['{% for x in xs %}{% set y = x %}{% endfor %}{{ y }}', ['xs', 'y']],
    [
      '{% macro m(a, b=c) %}{{ a }}{{ b }}{{ d }}{{ varargs }}{{ m(1) }}{% endmacro %}{{ m(e) }}',
      ['c', 'd', 'e'],
    ],
    ['{% call(x) m(y) %}{{ x }}{{ z }}{% endcall %}', ['m', 'y', 'z']],
    ['{% with a = b %}{{ a }}{% endwith %}{{ a }}', ['a', 'b']],
    ['{% set x | replace(o, n) %}{{ t }}{% endset %}{{ x }}', ['n', 'o', 't']],
    ['{% filter indent(w) %}{{ t }}{% endfilter %}', ['t', 'w']],
    ['{% set ns = namespace(n=start) %}{% set ns.n = step %}{{ ns.n }}', ['namespace', 'start', 'step']],
    ['{% block a %}{{ super() }}{{ self.a() }}{{ x }}{% endblock %}', ['x']],
    ['{% raw %}{{ a }}{% endraw %}{# {{ b }} #}text', []],
  ])('%s', (source, expected) => expect(pathsOf(source)).toEqual(expected));

  it('includes those of the templates that it uses', () => {
    const templates = environmentOf({
      part: '{{ a }}{{ mine }}{% include "other" %}',
      other: '{{ b }}{% include "part" %}',
      lib: '{% macro m() %}{{ unseen }}{% endmacro %}',
      base: '{{ c }}{% block x %}{% endblock %}',
    });
    const source =
      "{% set mine = 1 %}{% include 'part' %}{% import 'lib' as l %}{{ l.m() }}" +
      "{% include 'part' without context %}{% include ['lib', 'base'] %}";
    expect(pathsOf(source, 'template', templates)).toEqual(['a', 'b', 'c', 'unseen']);
    expect(pathsOf("{% extends 'base' %}{% block x %}{{ d }}{% endblock %}", 'template', templates)).toEqual([
      'c',
      'd',
    ]);
  });

  it('says so when a template that it uses is not known', () => {
    expect(findReferences(environment, '{{ a }}').complete).toBe(true);
    const found = findReferences(environment, "{% include name ~ '.j2' %}");
    expect([found.complete, found.paths]).toEqual([false, [['name']]]);
    expect(findReferences(environment, "{% include 'nowhere' %}").complete).toBe(false);
  });
});

it('a text with one of the marks may be a template', () => {
  expect(['{{ a }}', '{% if %}', '{# c #}', 'a { b', '}} %}', ''].map(isTemplate)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
