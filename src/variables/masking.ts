const MASK = '********';
// A shorter text would mask parts of ordinary words.
const SHORTEST = 4;

/** Hides known secrets in everything that leaves the engine. */
export interface Masker {
  /** Remembers a secret text; each line of a text of several lines counts too. */
  add(secret: string): void;
  /** The value with every known secret in its texts replaced. The same object where there is none in it. */
  mask<T>(value: T): T;
}

/** A masker that knows no secret yet. */
export function createMasker(): Masker {
  const secrets = new Set<string>();
  let pattern: RegExp | undefined;

  const maskText = (text: string): string => (pattern ? text.replace(pattern, MASK) : text);

  const maskValue = (value: unknown): unknown => {
    if (typeof value === 'string') return maskText(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(maskValue);
    if (value instanceof Map)
      return new Map([...value].map(([key, item]) => [maskValue(key), maskValue(item)]));
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [maskText(key), maskValue(item)]));
  };

  return {
    add(secret) {
      const lines = secret.split('\n').map((line) => line.trim());
      for (const text of [secret, secret.trim(), ...lines]) if (text.length >= SHORTEST) secrets.add(text);
      // The longest first, so that no part of a longer secret stays.
      const sorted = [...secrets].sort((a, b) => b.length - a.length);
      pattern = sorted.length > 0 ? new RegExp(sorted.map(escapeRegExp).join('|'), 'g') : undefined;
    },
    mask<T>(value: T): T {
      return pattern ? (maskValue(value) as T) : value;
    },
  };
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
