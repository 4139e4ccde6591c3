import { expect, it } from 'vitest';
import { ansibleTemplating } from '../../../src/variables/environment.ts';
import { layerOf } from '../../../src/variables/layer.ts';
import { createScope } from '../../../src/variables/scope.ts';
import { finalValue, plainControlSide } from '../../../src/variables/templating.ts';

const decrypt = (): string => '';
const templating = (behaviour: string) =>
  ansibleTemplating(decrypt, {
    ...plainControlSide(decrypt),
    setting: (name) => (name === 'DEFAULT_HASH_BEHAVIOUR' ? { value: behaviour, origin: 'test' } : undefined),
  });

const layers = [
  layerOf({ app: { port: 81, tls: { on: true } } }, 'strong', true),
  layerOf({ app: { hosts: ['said by a host {{ 1 }}'] } }, 'facts', false),
  layerOf({ app: { port: 80, name: 'a{{ app.port }}', tls: { key: 'k' }, hosts: ['a', 'b'] } }, 'weak', true),
  layerOf({ app: 'no dict' }, 'weaker', true),
  layerOf({ app: { port: 79, hidden: true } }, 'weakest', true),
];

it('merges dicts over all layers down to the last, and what a host says is not rendered', () => {
  const scope = createScope(layers, templating('merge'));
  expect(finalValue(scope.get('app'))).toEqual({
    port: 81,
    name: 'a81',
    tls: { key: 'k', on: true },
    hosts: ['said by a host {{ 1 }}'],
  });
});

it('leaves the strongest alone where nobody asks for it', () => {
  const scope = createScope(layers, templating('replace'));
  expect(finalValue(scope.get('app'))).toEqual({ port: 81, tls: { on: true } });
});

it('knows keys that an object would put in another order', () => {
  const weak = new Map<unknown, unknown>([
    [80, { a: 1 }],
    ['x', 1],
  ]);
  const strong = new Map<unknown, unknown>([[80, { b: 2 }]]);
  const scope = createScope(
    [layerOf({ ports: strong }, 'strong', true), layerOf({ ports: weak }, 'weak', true)],
    templating('merge'),
  );
  expect(scope.get('ports')).toEqual(
    new Map<unknown, unknown>([
      [80, { a: 1, b: 2 }],
      ['x', 1],
    ]),
  );
});
