import { resolve } from 'node:path';
import { float } from '../jinja/values.ts';
import { type Dict, isDict } from '../lib/dict.ts';
import { readText } from '../lib/readText.ts';
import { SourceError } from '../lib/sourceError.ts';
import { parseYaml } from '../lib/yaml.ts';
import { parseArguments } from '../playbook/arguments.ts';

/** Variables from one `-e`, and where they come from. */
export interface ExtraVariables {
  values: Dict;
  origin: string;
}

/**
 * What one `-e` says, as Ansible reads it: `@file` is a YAML or JSON file, a text that begins with `{` or `[` is YAML or
 * JSON itself, anything else is `key=value` pairs whose values are texts. `openFile` decrypts a file's text where it is
 * encrypted. Throws SourceError.
 */
export function readExtraVars(
  given: string,
  cwd: string,
  openFile: (text: string, file: string) => string,
): ExtraVariables {
  const origin = 'the command line (-e)';
  if (given.startsWith('@')) {
    const file = resolve(cwd, given.slice(1));
    return { values: yamlMap(openFile(readText(file), file), file), origin: file };
  }
  if (/^\s*[[{]/.test(given)) return { values: yamlMap(given, origin), origin };
  return { values: parseArguments(given, undefined, { file: origin, line: 1, column: 1 }), origin };
}

function yamlMap(text: string, file: string): Dict {
  const values = parseYaml(text, { file, float });
  if (values === null) return {};
  if (isDict(values)) return values;
  throw new SourceError('variables are a map of names and values', { file, line: 1, column: 1 });
}
