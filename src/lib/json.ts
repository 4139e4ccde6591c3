import { dictFrom } from './dict.ts';
import { UnsafeText, VaultText } from './yaml.ts';
import type { MakeFloat } from './yamlScalar.ts';

// A text, or a number that has a fraction or an exponent, or an integer too long for a double.
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;
// Marks a number that JSON.parse would change. Texts that begin like a mark are marked as texts, and so are those that
// look like 80: as keys of an object they would change their place.
const FLOAT = '\u{E000}f';
const INTEGER = '\u{E000}i';
const TEXT = '\u{E000}t';

/**
 * Reads JSON as Python does: `1.0` is a float (made by `float`), integers beyond 2^53 are bigints, and objects are
 * what YAML maps are (`Dict`). Ansible's `__ansible_vault` and `__ansible_unsafe` give VaultText and UnsafeText.
 * Throws SyntaxError.
 */
export function parseJson(text: string, float: MakeFloat): unknown {
  const marked = text.replace(TOKEN, (token) => markedToken(token));
  return fromJson(JSON.parse(marked), float);
}

function markedToken(token: string): string {
  if (token.startsWith('"'))
    return /^"(?:\u{E000}|\\ue000|\d+"$)/iu.test(token) ? `"${TEXT}${token.slice(1)}` : token;
  if (/[.eE]/.test(token)) return `"${FLOAT}${token}"`;
  return Number.isSafeInteger(Number(token)) ? token : `"${INTEGER}${token}"`;
}

function fromJson(value: unknown, float: MakeFloat): unknown {
  if (typeof value === 'string') return fromText(value, float);
  if (Array.isArray(value)) return value.map((item) => fromJson(item, float));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1) {
    const [key, item] = entries[0]!;
    if (key === '__ansible_vault' && typeof item === 'string') return new VaultText(item);
    if (key === '__ansible_unsafe' && typeof item === 'string') return new UnsafeText(item);
  }
  return dictFrom(new Map(entries.map(([key, item]) => [fromText(key, float), fromJson(item, float)])));
}

function fromText(text: string, float: MakeFloat): unknown {
  if (!text.startsWith('\u{E000}')) return text;
  const rest = text.slice(FLOAT.length);
  if (text.startsWith(TEXT)) return rest;
  return text.startsWith(FLOAT) ? float(Number(rest)) : BigInt(rest);
}
