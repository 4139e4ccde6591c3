import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dictEntries, isDict } from '../lib/dict.ts';
import { placeOf } from '../lib/places.ts';
import { SourceError } from '../lib/sourceError.ts';
import type { Control, ControlFile, TemplateOptions } from '../module/define.ts';
import { TaskFailure } from '../module/plan.ts';
import { playOf, roleOf, type Task } from '../playbook/model.ts';
import { searchFolders } from '../playbook/searchPath.ts';
import type { VariableScope } from '../variables/scope.ts';
import { compileTemplateFile, templateFileScope, withTemplateFolders } from '../variables/templateFile.ts';
import { finalValue } from '../variables/templating.ts';
import { jobFolderOf } from './background.ts';
import type { Lane, Run } from './context.ts';
import { jobResult } from './jobFile.ts';
import { reconnect } from './reconnect.ts';
import { withoutPlace } from './turns.ts';

/** What a module may ask of the control side, for one task on one host. */
export function controlOf(lane: Lane, task: Task, scope: VariableScope, checkMode: boolean): Control {
  const { run } = lane.batch;
  const at = { place: task.place };
  const find = (src: string, kind: 'files' | 'templates'): string => findControlFile(src, kind, task);
  return {
    file: async (src) => describeFile(find(src, 'files')),
    directory: async (src) => describeFolder(find(src, 'files')),
    kind: async (src) => (statSync(find(src, 'files')).isDirectory() ? 'directory' : 'file'),
    text: async (src) => run.readText(find(src, 'files')),
    bytes: async (src) => readFileSync(find(src, 'files')),
    templateFile: async (src) => describeTemplate(find(src, 'templates')),
    saved: async (path) => describeSaved(resolve(playOf(task).folder, path)),
    pause: (of) => (checkMode ? Promise.resolve({}) : pauseTask(of, lane, task)),
    reconnect: (wish) => reconnect(wish, lane, task, scope),
    variables: async (src) => readVariableFile(findControlFile(src, 'vars', task), run),
    variableFiles: async (directory) => variableFilesBelow(directory, task),
    template: async (src, options) =>
      renderTemplateFile(find(src, 'templates'), src, options, task, run, scope),
    jobFolder: jobFolderOf(task, scope, { lane }, run.options),
    jobResult: (text) => jobResult(text, run.loading),
    render: (value) => run.templating.value(value, scope, at),
    evaluate: (expression) => finalValue(run.templating.expression(expression, scope, at)),
    test: (condition) => run.templating.condition(condition, scope, at),
    checkMode,
    host: lane.host.name,
    verbosity: run.options.verbosity,
  };
}

/**
 * A file for `src` where Ansible looks for it: the role's folder of that kind, the role, then the same beside the
 * file of the task and beside the playbook. Throws TaskFailure that names the places.
 */
export function findControlFile(src: string, kind: 'files' | 'templates' | 'vars', task: Task): string {
  const places = candidates(src, kind, task);
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  const msg = `Could not find "${src}" on the control side; looked for ${places.join(', ')}`;
  throw new TaskFailure(msg, { msg });
}

function candidates(src: string, kind: string, task: Task): string[] {
  if (isAbsolute(src)) return [src];
  return searchFolders(task).flatMap((folder) => [resolve(folder, kind, src), resolve(folder, src)]);
}

const VAULT_HEADER = Buffer.from('$ANSIBLE_VAULT;');

const described = new Map<string, { mtime: number; file: Promise<ControlFile> }>();

// A file that goes to many hosts is read and hashed once.
function describeFile(path: string): Promise<ControlFile> {
  const stat = statSync(path);
  const known = described.get(path);
  if (known?.mtime === stat.mtimeMs) return known.file;
  const file = hashFile(path).then(({ sha1, md5, vault }) => ({
    file: path,
    size: stat.size,
    sha1,
    md5,
    mode: stat.mode & 0o7777,
    ...(vault && { vault }),
  }));
  described.set(path, { mtime: stat.mtimeMs, file });
  return file;
}

async function hashFile(path: string): Promise<{ sha1: string; md5: string; vault: boolean }> {
  const sha1 = createHash('sha1');
  const md5 = createHash('md5');
  let vault: boolean | undefined;
  for await (const chunk of createReadStream(path)) {
    vault ??= (chunk as Buffer).subarray(0, VAULT_HEADER.length).equals(VAULT_HEADER);
    sha1.update(chunk as Buffer);
    md5.update(chunk as Buffer);
  }
  return { sha1: sha1.digest('hex'), md5: md5.digest('hex'), vault: vault ?? false };
}

function describeTemplate(file: string): { file: string; mode: number } {
  return { file, mode: statSync(file).mode & 0o7777 };
}

async function describeSaved(file: string): ReturnType<Control['saved']> {
  if (!existsSync(file)) return { file };
  if (statSync(file).isDirectory()) return { file, kind: 'directory' };
  return { file, kind: 'file', sha1: (await describeFile(file)).sha1 };
}

const asked = new WeakMap<Lane['batch'], Map<string, Promise<string>>>();

// A question is about the task, so that the first host that comes to it asks for all.
async function pauseTask(
  of: Parameters<Control['pause']>[0],
  lane: Lane,
  task: Task,
): ReturnType<Control['pause']> {
  const { signal, ask } = lane.batch.run.options;
  if ('seconds' in of) {
    await withoutPlace(lane, () =>
      sleep(of.seconds * 1000, undefined, signal ? { signal } : {}).catch(() => undefined),
    );
    return {};
  }
  if (!ask) return {};
  const questions = asked.get(lane.batch) ?? new Map<string, Promise<string>>();
  asked.set(lane.batch, questions);
  const answer = questions.get(task.id) ?? ask({ text: of.prompt, secret: of.secret, confirm: false });
  questions.set(task.id, answer);
  return { input: await withoutPlace(lane, () => answer) };
}

async function describeFolder(path: string): ReturnType<Control['directory']> {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
  const directories: { path: string; mode: number }[] = [];
  const files: (ControlFile & { path: string })[] = [];
  for (const name of names) {
    const stat = statSync(join(path, name));
    if (stat.isDirectory()) directories.push({ path: name, mode: stat.mode & 0o7777 });
    else files.push({ ...(await describeFile(join(path, name))), path: name });
  }
  return { path, directories, files };
}

function readVariableFile(file: string, run: Run): { file: string; variables: Record<string, unknown> } {
  const value = run.loading.readYaml(file);
  if (value === null) return { file, variables: {} };
  if (!isDict(value))
    throw new SourceError(
      'a file of variables is a map of names to values',
      placeOf(value) ?? { file, line: 1, column: 1 },
    );
  const names = [...dictEntries(value)].map(([key, item]) => [String(key), item] as const);
  return { file, variables: value instanceof Map ? Object.fromEntries(names) : value };
}

function variableFilesBelow(directory: string, task: Task): { path: string; depth: number }[] {
  const role = roleOf(task)?.role;
  const fromVars = directory.split('/')[0] === 'vars';
  const inRole = role && join(role.path, fromVars ? '' : 'vars', directory);
  const folder = inRole && existsSync(inRole) ? inRole : resolve(dirname(task.place.file), directory);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    const msg = `${folder} directory does not exist`;
    throw new TaskFailure(msg, { msg });
  }
  const own = role && ['main.yml', 'main.yaml', 'main.json'].map((name) => join(role.path, 'vars', name));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => ({ path: join(folder, name), depth: name.split('/').length }))
    .filter(({ path }) => statSync(path).isFile() && !own?.includes(path))
    .sort((a, b) =>
      dirname(a.path) === dirname(b.path)
        ? compareText(a.path, b.path)
        : compareText(dirname(a.path), dirname(b.path)),
    );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function renderTemplateFile(
  path: string,
  name: string,
  options: TemplateOptions,
  task: Task,
  run: Run,
  scope: VariableScope,
): string {
  const { variables = {}, ...syntax } = options;
  const folders = searchFolders(task).flatMap((folder) => [join(folder, 'templates'), folder]);
  const template = compileTemplateFile(run.templating, path, {
    trimBlocks: true,
    lstripBlocks: false,
    newlineSequence: '\n',
    ...syntax,
  });
  return withTemplateFolders(folders, () =>
    template.render(templateFileScope(path, name, variables, scope, run.templating)),
  );
}
