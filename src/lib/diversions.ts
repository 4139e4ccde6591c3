/** Where the versions of a file go that packages other than `holder` bring; 'LOCAL' is the administrator. */
export interface Diversion {
  divert: string;
  holder: string;
}

/** The diversion of a path in the text of dpkg's database: three lines each, of which the last is `:` for the administrator. */
export function diversionIn(database: string, path: string): Diversion | undefined {
  const at = entryAt(database.split('\n'), path);
  const [divert, holder] = at < 0 ? [] : database.split('\n').slice(at + 1, at + 3);
  if (divert === undefined || holder === undefined) return undefined;
  return { divert, holder: holder === ':' ? 'LOCAL' : holder };
}

/** The database with another diversion of a path, or without one. */
export function withDiversion(database: string, path: string, diversion: Diversion | undefined): string {
  const lines = database.split('\n');
  const at = entryAt(lines, path);
  if (at >= 0) lines.splice(at, 3);
  const rest = lines.join('\n');
  if (!diversion) return rest;
  return `${rest}${path}\n${diversion.divert}\n${diversion.holder === 'LOCAL' ? ':' : diversion.holder}\n`;
}

function entryAt(lines: string[], path: string): number {
  return lines.findIndex((line, i) => i % 3 === 0 && line === path && line !== '');
}
