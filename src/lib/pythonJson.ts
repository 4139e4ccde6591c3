/** JSON on one line as Python's `json.dumps` writes it: blanks after `,` and `:`, and nothing but ASCII. */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = value instanceof Map ? [...value] : Object.entries(value);
    return `{${entries.map(([key, item]) => `${quoted(String(key))}: ${pythonJson(item)}`).join(', ')}}`;
  }
  return typeof value === 'string' ? quoted(value) : String(value ?? null);
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\x7f-\uffff]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
