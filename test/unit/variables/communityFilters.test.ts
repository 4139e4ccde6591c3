import { expect, it } from 'vitest';
import { ansibleTemplating } from '../../../src/variables/environment.ts';
import { layerOf } from '../../../src/variables/layer.ts';
import { createScope } from '../../../src/variables/scope.ts';
import { finalValue, plainValue } from '../../../src/variables/templating.ts';

const templating = ansibleTemplating(() => '');
const scope = createScope(
  [
    layerOf(
      {
        hosts: [
          { name: 'a', port: 80, tags: ['x'] },
          { name: 'b', port: 443 },
        ],
        more: [{ name: 'b', tls: true }, { name: 'c', port: 22 }, { other: 1 }],
      },
      'test',
      true,
    ),
  ],
  templating,
);
const value = (expression: string): unknown =>
  plainValue(finalValue(templating.expression(expression, scope, { title: 'test' })));

it.each([
  ["[[1, 2], ['x', 'y']] | community.general.dict | string", "{1: 2, 'x': 'y'}"],
  ["'v' | community.general.dict_kv('k')", { k: 'v' }],
  ["'abccc' | list | community.general.counter", { a: 1, b: 1, c: 3 }],
  ["(hosts | community.general.groupby_as_dict('name')).b.port", 443],
  [
    "[hosts, more] | community.general.lists_mergeby('name')",
    [
      { name: 'a', port: 80, tags: ['x'] },
      { name: 'b', port: 443, tls: true },
      { name: 'c', port: 22 },
    ],
  ],
  [
    "hosts | lists_mergeby([{'name': 'a', 'tags': ['y']}], 'name', list_merge='append') | first",
    { name: 'a', port: 80, tags: ['x', 'y'] },
  ],
  ['[3, 1, 1] | community.general.lists_union([2, 3], [4])', [3, 1, 2, 4]],
  ['[[1, 2], [2, 3]] | lists_union(flatten=true)', [1, 2, 3]],
  ['[1, 2, 3, 3] | lists_intersect([3, 2], [3, 4])', [3]],
  ['[1, 2, 3] | lists_difference([1], [4])', [2, 3]],
  ['[1, 2] | lists_symmetric_difference([2, 3])', [1, 3]],
  ["['2.10', '2.9', '2.1'] | community.general.version_sort", ['2.1', '2.9', '2.10']],
  ["['2.10', '2.9'] | version_sort(reverse=true)", ['2.10', '2.9']],
  ["'1d 6h' | community.general.to_hours", 30],
  ["'30m' | to_seconds", 1800],
  ["'1y' | to_days(year='360d')", 360],
  ["'90 s' | replace(' ', '') | to_time_unit('m')", 1.5],
  ["'2 weeks' | replace(' ', '') | to_days", 14],
  ["hosts | community.general.keep_keys(target=['name'])", [{ name: 'a' }, { name: 'b' }]],
  ["hosts | remove_keys(target='^(port|tags)$', matching_parameter='regex')", [{ name: 'a' }, { name: 'b' }]],
  [
    "hosts | keep_keys(['name']) | replace_keys(target=[{'before': 'na', 'after': 'n'}], matching_parameter='starts_with')",
    [{ n: 'a' }, { n: 'b' }],
  ],
  ['[1, 2, 3] | community.general.accumulate', [1, 3, 6]],
  ["'e\u0301' | community.general.unicode_normalize", '\u00e9'],
  ["'test' | community.general.crc32", 'd87f7e0c'],
  ["hosts | community.general.json_query('[?port > `100`].name')", ['b']],
  [
    "hosts | json_query('[].{n: name, t: tags[0]}')",
    [
      { n: 'a', t: 'x' },
      { n: 'b', t: null },
    ],
  ],
])('%s', (expression, expected) => {
  expect(value(expression)).toEqual(expected);
});

it.each([
  ["hosts | json_query('[')", /JMESPath query/],
  ["'5 bananas' | to_seconds", /can't interpret '5'/],
  ["'5bananas' | to_seconds", /no unit of time 'bananas'/],
  ["[hosts[0], hosts[0]] | groupby_as_dict('name')", /Multiple sequence entries have attribute value 'a'/],
  ["hosts | keep_keys(['x'], matching_parameter='fuzzy')", /matching_parameter is one of/],
])('%s fails in words', (expression, message) => {
  expect(() => value(expression)).toThrow(message);
});
