import { existsSync, readFileSync, statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import {
  compileTemplate,
  type Environment,
  type Loader,
  MISSING,
  parseHeader,
  type Scope,
  type SyntaxOptions,
  type Template,
} from '../jinja/index.ts';
import { Datetime, partsAt } from './filters/moments.ts';
import { type Layer, layerOf } from './layer.ts';
import { createScope, type VariableScope } from './scope.ts';
import { type Templating, withNewlinesOf } from './templating.ts';
import { noteTemplateFile } from './uses.ts';

const compiled = new WeakMap<Environment, Map<string, { text: string; template: Template }>>();
const CACHE_SIZE = 500;

/**
 * The template of a file, with what its `#jinja2:` line says; `options` are for this file alone. Compiled once for all
 * hosts. Throws TemplateSyntaxError, SourceError.
 */
export function compileTemplateFile(
  templating: Templating,
  path: string,
  options: Partial<SyntaxOptions>,
): Template {
  const { environment } = templating;
  const text = templating.control.readText(path);
  const known = compiled.get(environment) ?? new Map<string, { text: string; template: Template }>();
  compiled.set(environment, known);
  const key = `${path} ${JSON.stringify(options)}`;
  const cached = known.get(key);
  if (cached?.text === text) return cached.template;
  const { options: own, source, line } = parseHeader(text, path);
  const syntax = { keepBackslashes: false, ...options, ...own };
  const made = compileTemplate(environment, source, { filename: path, line, options: syntax });
  const { newlineSequence } = syntax;
  const template: Template = {
    filename: path,
    render: (scope) =>
      withNewlinesOf(
        text,
        noting(path, () => made.render(scope)),
        newlineSequence,
      ) as string,
    renderNative: (scope) =>
      withNewlinesOf(
        text,
        noting(path, () => made.renderNative(scope)),
        newlineSequence,
      ),
  };
  if (known.size >= CACHE_SIZE) known.clear();
  known.set(key, { text, template });
  return template;
}

function noting<T>(path: string, render: () => T): T {
  try {
    return render();
  } catch (error) {
    noteTemplateFile(error, path);
    throw error;
  }
}

/**
 * What a template file sees: the task's variables, above them those about the file (`template_path` ...) and above all
 * `extra`. `name` is the path as the task has it.
 */
export function templateFileScope(
  path: string,
  name: string,
  extra: Record<string, unknown>,
  scope: Scope,
  templating: Templating,
): VariableScope {
  const task = { origin: 'the task', trusted: false, get: scope.get, names: () => scope.names?.() ?? [] };
  const layers = [layerOf(extra, 'variables of the template', false), fileLayer(path, name), task, MANAGED];
  return createScope(layers, templating);
}

const MANAGED = layerOf({ ansible_managed: 'Ansible managed' }, 'the default', false);

// Each is found out when a template asks for it, which few do: the zone of this machine's clock alone costs milliseconds.
function fileLayer(path: string, name: string): Layer {
  return {
    origin: 'variables of the template',
    trusted: false,
    get: (variable) => ABOUT_FILE.get(variable)?.(path, name) ?? MISSING,
    names: () => ABOUT_FILE.keys(),
  };
}

const ABOUT_FILE = new Map<string, (path: string, name: string) => unknown>([
  ['template_host', () => hostname()],
  ['template_path', (_path, name) => name],
  ['template_fullpath', (path) => resolve(path)],
  ['template_mtime', (path) => localTime(statSync(path).mtimeMs)],
  ['template_uid', (path) => ownerName(statSync(path).uid)],
  ['template_run_date', () => localTime(Date.now())],
]);

function localTime(milliseconds: number): Datetime {
  const { offset: _, zone: __, ...parts } = partsAt(milliseconds, 'local');
  return new Datetime(parts);
}

function ownerName(uid: number): string | number {
  const me = userInfo();
  if (me.uid === uid) return me.username;
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    return lines.map((line) => line.split(':')).find((fields) => fields[2] === String(uid))?.[0] ?? uid;
  } catch {
    return uid;
  }
}

// A rendering runs to its end before another begins, so that the folders of the one under way can stand here.
let folders: readonly string[] = [];

/** Renders with folders in which `include`, `import` and `extends` look, behind the folder of the naming template. */
export function withTemplateFolders<T>(search: readonly string[], render: () => T): T {
  const before = folders;
  folders = search;
  try {
    return render();
  } finally {
    folders = before;
  }
}

/** Finds the templates that others include, import or extend. */
export function templateLoader(readText: (file: string) => string): Loader {
  return (name, from) => {
    const places = [dirname(resolve(from)), ...folders].map((folder) => resolve(folder, name));
    const filename = places.find((place) => existsSync(place) && statSync(place).isFile());
    return filename === undefined ? undefined : { source: readText(filename), filename };
  };
}
