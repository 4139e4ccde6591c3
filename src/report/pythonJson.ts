import { jsonText } from './jsonText.ts';

/**
 * JSON as Python's json.dumps writes it with sorted keys: on one line with a blank after `,` and `:`, or indented
 * by `indent`.
 */
export function pythonJson(value: unknown, indent?: number): string {
  const sorted = sortedKeys(JSON.parse(jsonText(value)));
  if (indent !== undefined) return JSON.stringify(sorted, undefined, indent);
  // A newline never stands inside a JSON text, so every one found is layout.
  return JSON.stringify(sorted, undefined, 1).replace(/,\n */g, ', ').replace(/\n */g, '');
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortedKeys(item)]));
}
