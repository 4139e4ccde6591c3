import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Constructing } from '../../../src/inventory/constructed.ts';
import { loadInventory } from '../../../src/inventory/load.ts';
import type { Inventory } from '../../../src/inventory/model.ts';
import { SourceError, type SourceWarning } from '../../../src/lib/sourceError.ts';

/** A new folder with these files; a text that begins with `#!` becomes a program. */
export function aFolder(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'flotte-inventory-'));
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (text.startsWith('#!')) chmodSync(file, 0o755);
  }
  return folder;
}

/** For inventories without constructed groups. */
export const nothingConstructed: Constructing = {
  expression: () => null,
  condition: () => false,
  template: (text) => text,
};

/** The inventory of these files; `sources` are all that stand in the folder itself, unless said otherwise. */
export function anInventory(
  files: Record<string, string>,
  more: { sources?: string[]; warnings?: SourceWarning[]; constructing?: Constructing } = {},
): Inventory {
  return loadInventory(more.sources ?? Object.keys(files).filter((name) => !name.includes('/')), {
    cwd: aFolder(files),
    constructing: more.constructing ?? nothingConstructed,
    warn: (warning) => more.warnings?.push(warning),
  });
}

/** The SourceError that `action` throws. */
export function errorOf(action: () => unknown): SourceError {
  try {
    action();
  } catch (error) {
    if (error instanceof SourceError) return error;
    throw error;
  }
  throw new Error('no error was thrown');
}

/** What an error says of its place: the file's own name, line and column. */
export function placeText(error: {
  place?: { file: string; line: number; column: number } | undefined;
}): string {
  return error.place
    ? `${error.place.file.replace(/^.*\//, '')}:${error.place.line}:${error.place.column}`
    : '';
}
