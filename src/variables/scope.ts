import { MISSING, type Scope, TemplateRuntimeError } from '../jinja/index.ts';
import { isDict } from '../lib/dict.ts';
import { placeOfValue } from '../lib/places.ts';
import type { Layer } from './layer.ts';
import { mergedDicts } from './mergedDicts.ts';
import type { Templating } from './templating.ts';

/** The variables of a host for a task: layers, the strongest first. Nothing is copied or rendered before it is asked for. */
export interface VariableScope extends Scope {
  get(name: string): unknown;
  has(name: string): boolean;
  names(): Set<string>;
  /** The strongest layer that has the name. */
  origin(name: string): Layer | undefined;
  /** Whether something was asked for that is not there. */
  readonly wanting: boolean;
}

/** A scope over layers, the strongest first. */
export function createScope(layers: readonly Layer[], templating: Templating): VariableScope {
  const known = new Map<string, unknown>();
  const asking = new Set<string>();
  let wanting = false;

  // As Ansible merges what is written: a text whose template gives a dict is merged with nothing.
  const findMerged = (name: string): unknown => {
    const values: unknown[] = [];
    for (const layer of layers) {
      const raw = layer.get(name);
      if (raw === MISSING) continue;
      if (values.length > 0 && !isDict(raw)) break;
      values.push(layer.trusted ? render(name, raw, layer) : raw);
      if (!isDict(raw)) break;
    }
    return values.length > 0 ? mergedDicts(values) : MISSING;
  };

  const find = (name: string): unknown => {
    if (templating.mergesDicts) return findMerged(name);
    for (const layer of layers) {
      const raw = layer.get(name);
      if (raw === MISSING) continue;
      return layer.trusted ? render(name, raw, layer) : raw;
    }
    wanting = true;
    return MISSING;
  };

  const render = (name: string, raw: unknown, layer: Layer): unknown => {
    if (asking.has(name)) {
      throw new TemplateRuntimeError(
        `the variable ${name} needs itself (${[...asking, name].join(' -> ')})`,
        'RecursionError',
      );
    }
    asking.add(name);
    try {
      const place = layer.container ? placeOfValue(layer.container, name) : undefined;
      const at = place ? { place } : { title: `${name} of ${layer.origin}` };
      return templating.lazy(raw, scope, { ...at, variable: name });
    } finally {
      asking.delete(name);
    }
  };

  const scope: VariableScope = {
    get(name) {
      const cached = known.get(name);
      if (cached !== undefined) return cached;
      const value = find(name);
      known.set(name, value);
      return value;
    },
    has: (name) => layers.some((layer) => layer.get(name) !== MISSING),
    names: () => new Set(layers.flatMap((layer) => [...layer.names()])),
    origin: (name) => layers.find((layer) => layer.get(name) !== MISSING),
    get wanting() {
      return wanting;
    },
  };
  return scope;
}
