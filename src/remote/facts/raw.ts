/** What the gathering script printed. */
export interface Raw {
  /** Lines of files by path. */
  files: Map<string, string[]>;
  /** Paths that are there. */
  exist: Set<string>;
  /** Outputs of the script's other parts, by name. */
  parts: Map<string, string>;
  factPath: string;
}

export const RECORD = '\x1e';

/** Takes apart what the script printed: records of a name, a newline, and text. */
export function parseRaw(text: string, factPath: string): Raw {
  const records = text.split(RECORD).slice(1);
  const parts = new Map(
    records.map((record) => [record.slice(0, record.indexOf('\n')), record.slice(record.indexOf('\n') + 1)]),
  );
  const files = new Map<string, string[]>();
  for (const line of (parts.get('files') ?? '').split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const path = line.slice(0, colon);
    const lines = files.get(path);
    if (lines) lines.push(line.slice(colon + 1));
    else files.set(path, [line.slice(colon + 1)]);
  }
  return { files, exist: new Set((parts.get('exist') ?? '').split('\n').filter(Boolean)), parts, factPath };
}

/** The first line of a file without blanks around it; undefined where it is not there or empty. */
export function firstLine(raw: Raw, path: string): string | undefined {
  return raw.files.get(path)?.[0]?.trim() || undefined;
}

export function linesOf(raw: Raw, path: string): string[] {
  return raw.files.get(path) ?? [];
}

export function partLines(raw: Raw, name: string): string[] {
  return (raw.parts.get(name) ?? '').split('\n').filter((line) => line !== '');
}

/** Names that stand for `*` in the paths of a pattern with one `*`. */
export function namesUnder(raw: Raw, before: string, after: string): string[] {
  const names = [...raw.files.keys()].flatMap((path) => {
    const fits =
      path.startsWith(before) && path.endsWith(after) && path.length > before.length + after.length;
    return fits ? [path.slice(before.length, path.length - after.length)] : [];
  });
  return [...new Set(names)].filter((name) => !name.includes('/'));
}

/** The value of a `KEY=value` line, without quotes around it. */
export function assigned(lines: string[], key: string): string | undefined {
  const line = lines.find((text) => text.startsWith(`${key}=`));
  return line?.slice(key.length + 1).replace(/^(["'])(.*)\1$/, '$2');
}
