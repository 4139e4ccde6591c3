import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { SourceError } from '../lib/sourceError.ts';
import { type IniFile, parseIni } from './iniFile.ts';
import {
  type Definition,
  definitions,
  type Reading,
  type Setting,
  type SettingName,
  type Settings,
} from './settings.ts';
import { UsageError } from './usageError.ts';

/** What settings are read from. */
export interface ConfigSources {
  env: Record<string, string | undefined>;
  cwd: string;
  home: string;
}

export interface Config {
  settings: Settings;
  /** The ansible.cfg in use. */
  file?: string;
  /** Keys in it that mean nothing here, as `section.key`. */
  unused: string[];
  warnings: string[];
}

/**
 * Finds the settings as Ansible does: ANSIBLE_* variables, then the first ansible.cfg of ANSIBLE_CONFIG, the current
 * folder (unless everyone may write there), the home folder and /etc/ansible, then the defaults.
 */
export function loadConfig(sources: ConfigSources): Config {
  const warnings: string[] = [];
  const file = findFile(sources, warnings);
  const ini = file === undefined ? new Map() : parseIni(readFileSync(file, 'utf8'), file);
  const names = Object.keys(definitions) as SettingName[];
  const settings = Object.fromEntries(
    names.map((name) => [
      name,
      findSetting(name, definitions[name] as Definition<unknown>, ini, file, sources),
    ]),
  ) as Settings;
  return { settings, ...(file !== undefined && { file }), unused: unusedKeys(ini), warnings };
}

function findFile({ env, cwd, home }: ConfigSources, warnings: string[]): string | undefined {
  const named = env.ANSIBLE_CONFIG;
  if (named) {
    const given = resolve(cwd, named.replace(/^~(?=\/|$)/, home));
    const file = isFolder(given) ? join(given, 'ansible.cfg') : given;
    if (isFile(file)) return file;
  }
  const here = join(cwd, 'ansible.cfg');
  if (isFile(here)) {
    if (!isWorldWritable(cwd)) return here;
    warnings.push(
      `${here} is not used, since everyone may write in that folder; name it in ANSIBLE_CONFIG to use it`,
    );
  }
  return [join(home, '.ansible.cfg'), '/etc/ansible/ansible.cfg'].find(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function isWorldWritable(folder: string): boolean {
  return (statSync(folder).mode & 0o002) !== 0;
}

function findSetting(
  name: string,
  definition: Definition<unknown>,
  ini: IniFile,
  file: string | undefined,
  { env, cwd, home }: ConfigSources,
): Setting<unknown> {
  const here: Reading = { folder: cwd, home, env };
  for (const variable of definition.env) {
    const given = env[variable];
    if (given === undefined) continue;
    return { value: readVariable(variable, given, definition, here), origin: variable };
  }
  for (const key of definition.ini) {
    const [section, option] = key.split('.') as [string, string];
    const given = ini.get(section)?.get(option);
    if (!given || file === undefined) continue;
    const reading = { ...here, folder: dirname(file) };
    try {
      return { value: definition.read(given.value, reading), origin: `${file}:${given.line}` };
    } catch (error) {
      const place = { file, line: given.line, column: 1 };
      throw new SourceError(`${name} is "${given.value}": ${(error as Error).message}`, place);
    }
  }
  return { value: definition.fallback(here), origin: 'default' };
}

function readVariable(
  variable: string,
  given: string,
  definition: Definition<unknown>,
  reading: Reading,
): unknown {
  try {
    return definition.read(given, reading);
  } catch (error) {
    throw new UsageError(`${variable} is "${given}": ${(error as Error).message}`);
  }
}

function unusedKeys(ini: IniFile): string[] {
  const known = new Set(Object.values(definitions).flatMap((definition) => definition.ini));
  return [...ini].flatMap(([section, values]) =>
    [...values.keys()].map((key) => `${section}.${key}`).filter((key) => !known.has(key)),
  );
}
