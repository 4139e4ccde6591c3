import { z } from 'zod';
import { translate } from '../lib/pythonRegex.ts';
import { type Control, defineModule } from '../module/define.ts';
import { ansibleBool, ansibleInt, ansibleText, choice, listOf } from '../module/params.ts';
import { none, TaskFailure } from '../module/plan.ts';

const params = z
  .strictObject({
    file: ansibleText()
      .optional()
      .describe('File of variables, looked for in `vars/`, then beside the task.'),
    dir: ansibleText().optional().describe('Directory whose files are all read, by name.'),
    name: ansibleText().optional().describe('Put the variables into a dictionary of this name.'),
    depth: ansibleInt().default(0).describe('How many levels of the directory to read; 0 is all.'),
    files_matching: ansibleText()
      .optional()
      .describe('Read only files whose name this regular expression finds.'),
    ignore_files: listOf(ansibleText()).default([]).describe('Regular expressions of names to pass over.'),
    extensions: listOf(ansibleText())
      .default(['yaml', 'yml', 'json'])
      .describe('Endings of files of variables.'),
    ignore_unknown_extensions: ansibleBool().default(false).describe('Pass over files with other endings.'),
    hash_behaviour: choice(['replace', 'merge'])
      .default('replace')
      .describe('Whether dictionaries that are there already are replaced or merged.'),
  })
  .refine(
    ({ file, dir }) => (file === undefined) !== (dir === undefined),
    'include_vars needs file or dir, not both',
  );

type Params = z.infer<typeof params>;
type Variables = Record<string, unknown>;

/** Loads variables from files of the control side. */
export default defineModule({
  name: 'include_vars',
  collection: 'ansible.builtin',
  doc: 'Load variables from YAML or JSON files of the control side, for the rest of the run.',
  params,
  freeForm: 'file',
  volatile: true,
  controlSide: true,
  async read(params, _host, control) {
    try {
      return await loaded(params, control);
    } catch (error) {
      if (!(error instanceof TaskFailure)) throw error;
      // Its failures have a name of their own for what they say, besides the usual one.
      throw new TaskFailure(error.message, { ...error.result, message: error.message });
    }
  },
  plan({ name }, { files, variables: found }) {
    const variables = name === undefined ? found : { [name]: found };
    const result = { ansible_included_var_files: files, ansible_facts: variables };
    return { ...none(result), effects: [{ kind: 'variables', variables }] };
  },
  steps: () => [],
});

async function loaded(params: Params, control: Control): Promise<{ files: string[]; variables: Variables }> {
  const paths = params.file === undefined ? await pathsBelow(params, control) : [params.file.trimEnd()];
  const read = await Promise.all(paths.map((path) => control.variables(path)));
  const variables: Variables = Object.assign({}, ...read.map((one) => one.variables));
  return { files: read.map((one) => one.file), variables: merged(variables, params, control) };
}

async function pathsBelow(params: Params, control: Control): Promise<string[]> {
  const matches = params.files_matching === undefined ? undefined : translate(params.files_matching);
  const ignored = params.ignore_files.map((pattern) => translate(`(?:${pattern})$`));
  const found = await control.variableFiles(params.dir!);
  return found.flatMap(({ path, depth }) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (params.depth !== 0 && depth > params.depth) return [];
    if (matches?.test(name) === false || ignored.some((pattern) => pattern.test(name))) return [];
    if (params.extensions.some((extension) => hasExtension(name, extension))) return [path];
    if (params.ignore_unknown_extensions) return [];
    throw new TaskFailure(`${path} does not have a valid extension: ${params.extensions.join(', ')}`);
  });
}

// No extension is one that can be asked for, too.
function hasExtension(name: string, extension: string): boolean {
  return extension === '' ? !name.includes('.') : name.endsWith(`.${extension}`);
}

function merged(variables: Variables, { hash_behaviour }: Params, control: Control): Variables {
  if (hash_behaviour === 'replace') return variables;
  const entries = Object.entries(variables).map(([name, value]) => [
    name,
    combine(known(name, control), value),
  ]);
  return Object.fromEntries(entries);
}

function known(name: string, control: Control): unknown {
  return control.evaluate(`${name} | default({})`);
}

function combine(old: unknown, value: unknown): unknown {
  if (!isPlain(old) || !isPlain(value)) return value;
  const both = Object.entries(value).map(([key, item]) => [key, key in old ? combine(old[key], item) : item]);
  return { ...old, ...Object.fromEntries(both) };
}

function isPlain(value: unknown): value is Variables {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
