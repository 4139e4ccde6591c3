import { MISSING } from '../jinja/index.ts';
import { type Dict, dictEntries } from '../lib/dict.ts';

/**
 * Variables of one origin. Only what a trusted layer holds is templated; what a host said (facts, registered
 * results) lives in layers that are not trusted and is handed out as it is.
 */
export interface Layer {
  /** For messages: 'play vars', 'facts', 'group_vars/web.yml'. */
  origin: string;
  trusted: boolean;
  /** The value as written, or MISSING. */
  get(name: string): unknown;
  names(): Iterable<string>;
  /** The map that `get` answers from, for places of its values. */
  container?: object;
}

/** A layer over a map of names to values. */
export function layerOf(values: Dict, origin: string, trusted: boolean): Layer {
  if (values instanceof Map) {
    return {
      origin,
      trusted,
      container: values,
      get: (name) => (values.has(name) ? values.get(name) : MISSING),
      names: () => [...dictEntries(values)].map(([name]) => String(name)),
    };
  }
  return {
    origin,
    trusted,
    container: values,
    get: (name) => (Object.hasOwn(values, name) ? values[name] : MISSING),
    names: () => Object.keys(values),
  };
}
