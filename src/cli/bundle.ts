import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

type Program = typeof import('./whole.ts');
type Wrapped = (
  exports: unknown,
  require: NodeJS.Require,
  module: unknown,
  file: string,
  folder: string,
) => void;

const CODE = fileURLToPath(new URL('../bundle/flotte.cjs', import.meta.url));
const COMPILED = fileURLToPath(new URL('../bundle/flotte.v8', import.meta.url));

/** Characters of the mark at the beginning of both files: they belong together only where it is the same. */
const MARK_LENGTH = 42;

/**
 * The program out of one file, with V8's compiled form beside it: hundreds of modules read and compiled one by one cost
 * five times as much. Undefined where that file was not built.
 */
export function loadBundle(): Program | undefined {
  const code = readIfThere(CODE)?.toString('latin1');
  if (code === undefined) return undefined;
  const mark = code.slice(0, MARK_LENGTH);
  const kept = readIfThere(COMPILED);
  const usable = kept?.toString('latin1', 0, MARK_LENGTH) === mark;
  const script = new Script(code, {
    filename: CODE,
    ...(usable && { cachedData: kept.subarray(MARK_LENGTH) }),
  });
  // Another version of Node.js compiles differently. At the end all is compiled that this run used.
  if (!usable || script.cachedDataRejected) process.once('exit', () => keepCompiled(script, mark));
  const module = { exports: {} as Program };
  (script.runInThisContext() as Wrapped)(module.exports, createRequire(CODE), module, CODE, dirname(CODE));
  return module.exports;
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

// Renamed into its place whole, since others may read it meanwhile.
function keepCompiled(script: Script, mark: string): void {
  const fresh = `${COMPILED}.${process.pid}`;
  try {
    writeFileSync(fresh, Buffer.concat([Buffer.from(mark, 'latin1'), script.createCachedData()]));
    renameSync(fresh, COMPILED);
  } catch {
    // Whoever may not write here starts a little slower.
  }
}
