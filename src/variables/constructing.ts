import type { Constructing } from '../inventory/constructed.ts';
import type { VariableLayer } from '../inventory/model.ts';
import { layerOf } from './layer.ts';
import { createScope, type VariableScope } from './scope.ts';
import type { Templating } from './templating.ts';

/** How sources with `plugin: constructed` evaluate their expressions: over a host's variables, lazily. */
export function constructingWith(templating: Templating): Constructing {
  const at = { title: 'constructed groups' };
  return {
    expression: (text, layers) => templating.expression(text, scopeOf(layers, templating), at),
    condition: (raw, layers) => templating.condition(raw, scopeOf(layers, templating), at),
    template: (text, layers) => templating.value(text, scopeOf(layers, templating), at),
  };
}

// Scopes have the strongest layer first, inventories the weakest.
function scopeOf(layers: readonly VariableLayer[], templating: Templating): VariableScope {
  const strongestFirst = layers.map((layer) => layerOf(layer.values, layer.origin, layer.trusted)).reverse();
  return createScope(strongestFirst, templating);
}
