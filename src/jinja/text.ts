import { UndefinedError } from './errors.ts';
import { checkActive, spendActive } from './limits.ts';
import { EmptyUndefined, Undefined } from './undefined.ts';
import { type Dict, DictView, dictEntries, isDict, PyFloat, PyObject, Range, Tuple } from './values.ts';

/** Python's `str()` of a value. Throws an UndefinedError for an undefined one. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return String(value === 0 ? 0 : value);
  if (value instanceof PyObject) return value.toText();
  return value instanceof EmptyUndefined ? '' : toRepr(value);
}

/** Python's `repr()` of a value. */
export function toRepr(value: unknown): string {
  return reprWithin(value, undefined);
}

/** A container whose text is being made, and those around it. */
interface Around {
  readonly container: object;
  readonly outer: Around | undefined;
}

function reprWithin(value: unknown, around: Around | undefined): string {
  switch (typeof value) {
    case 'string':
      return stringRepr(value);
    case 'number':
      return Number.isInteger(value) ? integerText(value) : floatRepr(value);
    case 'bigint':
      return String(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'object':
      return value === null ? 'None' : objectRepr(value, around);
    case 'function':
      return '<function>';
    default:
      throw new UndefinedError('the value is undefined');
  }
}

function integerText(value: number): string {
  return Number.isSafeInteger(value) ? String(value === 0 ? 0 : value) : String(BigInt(value));
}

function objectRepr(value: object, around: Around | undefined): string {
  if (value instanceof PyFloat) return floatRepr(value.value);
  if (value instanceof Undefined) throw value.toError();
  if (value instanceof PyObject) return value.toRepr();
  if (value instanceof Range) return rangeRepr(value);
  if (value instanceof Uint8Array) return bytesRepr(value);
  if (value instanceof Date) return value.toISOString();
  const inside = { container: value, outer: around };
  if (Array.isArray(value)) return isWithin(value, around) ? '[...]' : listRepr(value, inside);
  if (isDict(value)) return isWithin(value, around) ? '{...}' : dictRepr(value, inside);
  if (value instanceof DictView) return `dict_${value.kind}([${itemsRepr([...value], inside)}])`;
  return '<object>';
}

function isWithin(container: object, around: Around | undefined): boolean {
  for (let at = around; at; at = at.outer) if (at.container === container) return true;
  return false;
}

function itemsRepr(items: readonly unknown[], inside: Around): string {
  spendActive(items.length);
  const text = Array.from(items, (item) => reprWithin(item, inside)).join(', ');
  checkActive(text.length);
  return text;
}

function listRepr(list: readonly unknown[], inside: Around): string {
  const items = itemsRepr(list, inside);
  if (!(list instanceof Tuple)) return `[${items}]`;
  return list.length === 1 ? `(${items},)` : `(${items})`;
}

function dictRepr(dict: Dict, inside: Around): string {
  const entries = dictEntries(dict);
  spendActive(entries.length);
  const text = entries.map(([key, item]) => `${toRepr(key)}: ${reprWithin(item, inside)}`).join(', ');
  checkActive(text.length);
  return `{${text}}`;
}

function rangeRepr(range: Range): string {
  const step = range.step === 1 ? '' : `, ${range.step}`;
  return `range(${range.start}, ${range.stop}${step})`;
}

/** `repr()` of a float: the shortest digits that read back as the same number, in Python's notation. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const [mantissa, exponentText] = value.toExponential().split('e') as [string, string];
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 16) {
    const plain = decimalText(mantissa, exponent);
    return plain.includes('.') ? plain : `${plain}.0`;
  }
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function decimalText(mantissa: string, exponent: number): string {
  const negative = mantissa.startsWith('-');
  const digits = mantissa.replace(/[-.]/g, '');
  const sign = negative ? '-' : '';
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

// Python escapes what its Unicode tables call not printable: all of Other and Separator but the space.
const needsEscape = /[\\\n\r\t\p{C}\p{Z}]/u;
const escaped = /[\\\n\r\t]|(?! )[\p{C}\p{Z}]/gu;
const shortEscapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** `repr()` of a string, with Python's choice of quotes. */
function stringRepr(value: string): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  const body = needsEscape.test(value) ? value.replace(escaped, escapeCharacter) : value;
  return quote + (quote === "'" ? body.replaceAll("'", "\\'") : body) + quote;
}

function escapeCharacter(character: string): string {
  const short = shortEscapes[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0)!;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

function bytesRepr(value: Uint8Array): string {
  const text = Array.from(value, (byte) => {
    const character = String.fromCharCode(byte);
    if (shortEscapes[character] !== undefined) return shortEscapes[character];
    return byte >= 0x20 && byte < 0x7f ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
  }).join('');
  return text.includes("'") && !text.includes('"') ? `b"${text}"` : `b'${text.replaceAll("'", "\\'")}'`;
}
