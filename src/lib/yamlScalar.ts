/**
 * What a plain (unquoted) YAML scalar means to PyYAML, whose reading of YAML 1.1 is that of every Ansible
 * file. The patterns are those of its implicit resolvers, so `0o17` and `1e3` are texts and `0644` is 420.
 */

const BOOL = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const TRUE = /^(?:yes|true|on)$/i;
const NULL = /^(?:~|null|Null|NULL|)$/;
const INT = /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIMESTAMP =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|([-+])(\d\d?)(?::(\d\d))?))?$/;

/** Makes a float of a number, so that 1.0 can be told from 1. */
export type MakeFloat = (value: number) => unknown;

/** The value of a plain scalar: null, boolean, number, bigint beyond 2^53, what `float` makes, or text. */
export function resolvePlain(text: string, float: MakeFloat): unknown {
  const first = text.charCodeAt(0);
  const numeric = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e;
  if (numeric) return resolveNumeric(text, float);
  if (BOOL.test(text)) return TRUE.test(text);
  if (NULL.test(text)) return null;
  return text;
}

function resolveNumeric(text: string, float: MakeFloat): unknown {
  if (INT.test(text)) return parseInteger(text);
  if (FLOAT.test(text)) return float(parseFloatText(text));
  if (DATE.test(text)) return text;
  const parts = TIMESTAMP.exec(text);
  return parts ? timestampText(parts) : text;
}

/** The value of text with an explicit `!!int`, `!!float`, `!!bool` or `!!null`, or undefined when it is none. */
export function resolveTagged(type: string, text: string, float: MakeFloat): unknown {
  if (type === 'null') return null;
  if (type === 'bool') return BOOL.test(text) ? TRUE.test(text) : undefined;
  if (type === 'int') return INT.test(text) ? parseInteger(text) : undefined;
  if (type !== 'float') return undefined;
  if (FLOAT.test(text)) return float(parseFloatText(text));
  return INT.test(text) || /^[-+]?[\d.]+[eE]\d+$/.test(text)
    ? float(Number(text.replaceAll('_', '')))
    : undefined;
}

function parseInteger(text: string): number | bigint {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '');
  const size = magnitude(digits);
  const value = text.startsWith('-') ? -size : size;
  const safe = value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
  return safe ? Number(value) : value;
}

function magnitude(digits: string): bigint {
  if (digits.includes(':')) return digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
  if (/^0[bx]/.test(digits)) return BigInt(digits === '0b' || digits === '0x' ? 0 : digits);
  return digits.startsWith('0') && digits.length > 1 ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits || 0);
}

function parseFloatText(text: string): number {
  const digits = text.replaceAll('_', '').toLowerCase();
  const sign = digits.startsWith('-') ? -1 : 1;
  const bare = digits.replace(/^[-+]/, '');
  if (bare === '.inf') return sign * Number.POSITIVE_INFINITY;
  if (bare === '.nan') return Number.NaN;
  if (bare.includes(':')) return sign * bare.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return sign * Number(bare);
}

// Python prints a datetime with a space, and only as much fraction and zone as it has.
function timestampText(parts: RegExpExecArray): string {
  const [, year, month, day, hour, minute, second, fraction, zone, sign, zoneHour, zoneMinute] = parts;
  const two = (digits: string | undefined) => (digits ?? '0').padStart(2, '0');
  const date = `${year}-${two(month)}-${two(day)} ${two(hour)}:${minute}:${second}`;
  const micros = (fraction ?? '').slice(0, 6).padEnd(6, '0');
  const offset = zone === 'Z' ? '+00:00' : sign ? `${sign}${two(zoneHour)}:${two(zoneMinute)}` : '';
  return `${date}${micros === '000000' ? '' : `.${micros}`}${offset}`;
}
