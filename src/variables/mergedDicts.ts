import { type Dict, dictEntries, dictHas, isDict } from '../lib/dict.ts';
import { defineLazy } from './templating.ts';

/**
 * Dicts of one variable, the strongest first, as one (`hash_behaviour = merge`): where two have a key, the stronger
 * wins, and dicts below it are merged likewise. What is no dict stands alone.
 */
export function mergedDicts(values: readonly unknown[]): unknown {
  return values.reduceRight((weak, strong) =>
    isDict(weak) && isDict(strong) ? merged(weak, strong) : strong,
  );
}

// Values of objects render themselves when they are asked for, so they are not asked for here.
function merged(weak: Dict, strong: Dict): Dict {
  if (weak instanceof Map || strong instanceof Map) return mergedMap(weak, strong);
  const dict: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(weak), ...Object.keys(strong)])) {
    defineLazy(dict, name, () => {
      if (!dictHas(strong, name)) return weak[name];
      return dictHas(weak, name) ? mergedDicts([strong[name], weak[name]]) : strong[name];
    });
  }
  return dict;
}

function mergedMap(weak: Dict, strong: Dict): Dict {
  const map = new Map(dictEntries(weak));
  for (const [key, value] of dictEntries(strong))
    map.set(key, map.has(key) ? mergedDicts([value, map.get(key)]) : value);
  return map;
}
