import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';

/** What a project holds that may matter to a run; absolute paths in their order. */
export interface ProjectFiles {
  yaml: string[];
  templates: string[];
  /** Python files in the folders of plugins and modules, with what such a folder holds. */
  plugins: { path: string; kind: string }[];
}

// Folders that are not the project's own, or not for runs.
const PASSED_OVER = new Set([
  '.git',
  '.tox',
  '.venv',
  'venv',
  'node_modules',
  '__pycache__',
  '.github',
  'molecule',
  '.cache',
]);

const PLUGIN_FOLDERS: Record<string, string> = {
  library: 'module',
  modules: 'module',
  action_plugins: 'action plugin',
  action: 'action plugin',
  become_plugins: 'become plugin',
  cache_plugins: 'cache plugin',
  callback_plugins: 'callback plugin',
  callback: 'callback plugin',
  connection_plugins: 'connection plugin',
  filter_plugins: 'filters',
  filter: 'filters',
  inventory_plugins: 'inventory plugin',
  lookup_plugins: 'lookup plugin',
  lookup: 'lookup plugin',
  strategy_plugins: 'strategy plugin',
  test_plugins: 'tests',
  vars_plugins: 'vars plugin',
};

// In a collection plugins lie below plugins/, where these names mean something.
const ONLY_IN_COLLECTIONS = new Set(['modules', 'action', 'callback', 'filter', 'lookup']);

/** Finds them below a folder. */
export function projectFiles(root: string): ProjectFiles {
  const files: ProjectFiles = { yaml: [], templates: [], plugins: [] };
  const visit = (folder: string, names: string[]): void => {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!PASSED_OVER.has(entry.name)) visit(path, [...names, entry.name]);
      } else if (entry.isFile()) sort(path, names, files);
    }
  };
  visit(root, []);
  return files;
}

function sort(path: string, folders: string[], files: ProjectFiles): void {
  const suffix = extname(path);
  const last = folders.at(-1) ?? '';
  const inTemplates = folders.includes('templates') && !folders.includes('files');
  if (suffix === '.j2' || (inTemplates && suffix !== '.py')) files.templates.push(path);
  else if (['.yml', '.yaml'].includes(suffix) && !folders.includes('files')) files.yaml.push(path);
  else if (suffix === '.py' && Object.hasOwn(PLUGIN_FOLDERS, last) && !path.endsWith('__init__.py')) {
    if (!ONLY_IN_COLLECTIONS.has(last) || folders.at(-2) === 'plugins')
      files.plugins.push({ path, kind: PLUGIN_FOLDERS[last]! });
  }
}
