/**
 * JSON of what a task registered. Dictionaries and integers of the template language become what JSON has for them;
 * an integer that JSON's readers could not hold becomes a text.
 */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, jsonValue, indent) ?? 'null';
}

function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), item]));
  if (value instanceof Set) return [...value];
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return value;
}
