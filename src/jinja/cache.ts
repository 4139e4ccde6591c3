/** Where a text was compiled from, and as what. */
interface CacheKey {
  readonly kind: string;
  readonly source: string;
  readonly filename: string;
  readonly line: number;
  readonly column: number;
}

interface Entry extends CacheKey {
  readonly value: unknown;
  readonly next: Entry | undefined;
}

/** Keeps what was compiled within a bound: what was not asked for during a whole generation goes. */
export interface Cache {
  get(key: CacheKey): unknown;
  set(key: CacheKey, value: unknown): void;
}

const ENTRIES_OF_A_GENERATION = 4000;
const CHARACTERS_OF_A_GENERATION = 4_000_000;

/** An empty cache of two generations. */
export function createCache(): Cache {
  let young = new Map<string, Entry>();
  let old = new Map<string, Entry>();
  let entries = 0;
  let characters = 0;

  const set = (key: CacheKey, value: unknown) => {
    if (entries >= ENTRIES_OF_A_GENERATION || characters >= CHARACTERS_OF_A_GENERATION) {
      old = young;
      young = new Map();
      entries = 0;
      characters = 0;
    }
    young.set(key.source, { ...key, value, next: young.get(key.source) });
    entries++;
    characters += key.source.length;
  };

  const get = (key: CacheKey) => {
    const recent = find(young.get(key.source), key);
    if (recent) return recent.value;
    const former = find(old.get(key.source), key);
    if (former) set(key, former.value);
    return former?.value;
  };

  return { get, set };
}

// The same text at several places differs in where its errors are.
function find(first: Entry | undefined, key: CacheKey): Entry | undefined {
  for (let entry = first; entry; entry = entry.next) {
    if (
      entry.line === key.line &&
      entry.column === key.column &&
      entry.kind === key.kind &&
      entry.filename === key.filename
    ) {
      return entry;
    }
  }
  return undefined;
}
