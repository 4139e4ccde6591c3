import { compare, typeName } from './compare.ts';
import { TemplateRuntimeError } from './errors.ts';
import { toRepr } from './text.ts';
import { type Dict, dictEntries, isDict, Tuple } from './values.ts';

const WIDTH = 80;

/**
 * A value as Python's `pprint` shows it: on one line where that is short enough, else one item a line,
 * dicts sorted by their keys. `column` is where the text begins, `reserved` what has to follow it.
 */
export function prettyText(value: unknown, column = 0, reserved = 0): string {
  const short = isDict(value) ? sortedRepr(value) : toRepr(value);
  if (column + short.length + reserved <= WIDTH) return short;
  if (isDict(value) && dictEntries(value).length > 0) return prettyDict(value, column, reserved);
  if (Array.isArray(value) && value.length > 0) return prettyList(value, column, reserved);
  return short;
}

function prettyDict(dict: Dict, column: number, reserved: number): string {
  const entries = sortedEntries(dict);
  const rows = entries.map(([key, item], index) => {
    const label = `${toRepr(key)}: `;
    const rest = index === entries.length - 1 ? reserved + 1 : 1;
    return label + prettyText(item, column + 1 + label.length, rest);
  });
  return `{${rows.join(`,\n${' '.repeat(column + 1)}`)}}`;
}

function prettyList(list: readonly unknown[], column: number, reserved: number): string {
  const [open, close] = list instanceof Tuple ? ['(', list.length === 1 ? ',)' : ')'] : ['[', ']'];
  const rows = Array.from(list, (item, index) =>
    prettyText(item, column + 1, index === list.length - 1 ? reserved + close.length : 1),
  );
  return open + rows.join(`,\n${' '.repeat(column + 1)}`) + close;
}

function sortedRepr(dict: Dict): string {
  return `{${sortedEntries(dict)
    .map(([key, item]) => `${toRepr(key)}: ${isDict(item) ? sortedRepr(item) : toRepr(item)}`)
    .join(', ')}}`;
}

// pprint shows keys that have no order among each other in the order of their types' names.
function sortedEntries(dict: Dict): [unknown, unknown][] {
  return dictEntries(dict).sort(([a], [b]) => {
    try {
      return compare(a, b);
    } catch (error) {
      if (!(error instanceof TemplateRuntimeError)) throw error;
      return compare(typeName(a), typeName(b));
    }
  });
}
