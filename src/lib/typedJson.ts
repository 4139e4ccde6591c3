const TAG = '$type';

/** JSON of a value that may hold maps, sets and bytes; what else JSON does not know becomes what JSON makes of it. */
export function typedJson(value: unknown): string {
  return JSON.stringify(value, (_key, of: unknown) => {
    if (of instanceof Map) return { [TAG]: 'map', of: [...of] };
    if (of instanceof Set) return { [TAG]: 'set', of: [...of] };
    if (isBufferJson(of)) return { [TAG]: 'bytes', of: Buffer.from(of.data).toString('base64') };
    if (of instanceof Uint8Array) return { [TAG]: 'bytes', of: Buffer.from(of).toString('base64') };
    return of;
  });
}

// A Buffer has become this before it is looked at.
function isBufferJson(value: unknown): value is { type: 'Buffer'; data: number[] } {
  const of = value as { type?: unknown; data?: unknown } | null;
  return typeof value === 'object' && of?.type === 'Buffer' && Array.isArray(of.data);
}

/** The value that `typedJson` was given. Throws SyntaxError. */
export function parseTypedJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    const tagged = value as Record<string, unknown> | null;
    if (typeof value !== 'object' || tagged === null || !Object.hasOwn(tagged, TAG)) return value;
    if (tagged[TAG] === 'map') return new Map(tagged.of as [unknown, unknown][]);
    if (tagged[TAG] === 'set') return new Set(tagged.of as unknown[]);
    if (tagged[TAG] === 'bytes') return Buffer.from(String(tagged.of), 'base64');
    return value;
  });
}
