import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const PYTHON = 'import sys; print(f"python{sys.version_info.major}.{sys.version_info.minor}")';
const PACKAGE = 'import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))';

/** The version of a package in a virtual environment; of `python` as its library folder is named: python3.11. */
export function versionOf(folder: string, name: string): string {
  const code = name === 'python' ? ['-c', PYTHON] : ['-c', PACKAGE, name];
  return execFileSync(join(folder, 'bin/python'), code, { encoding: 'utf8' }).trim();
}
