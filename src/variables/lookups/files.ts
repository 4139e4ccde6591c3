import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { dictEntries, isDict, requireDefined, toText } from '../../jinja/index.ts';
import { VaultText } from '../../lib/yaml.ts';
import { globFiles } from '../glob.ts';
import { compileTemplateFile, templateFileScope, withTemplateFolders } from '../templateFile.ts';
import { isVaultText } from '../vaultFormat.ts';
import { flagOption, type Lookup, type LookupContext, lookupError, textTerm } from './context.ts';
import { findFile, requireFile, searchPath } from './searchPath.ts';

const file: Lookup = (terms, context, options) =>
  terms.map((term) => {
    const text = context.templating.control.readText(requireFile(context, 'files', textTerm(term)));
    const start = flagOption(options, 'lstrip', false) ? text.trimStart() : text;
    return flagOption(options, 'rstrip', true) ? start.trimEnd() : start;
  });

// A pattern without a folder is looked for in each folder of the search path, until one has files that match.
const fileglob: Lookup = (terms, context) =>
  terms.flatMap((term) => {
    const pattern = textTerm(term);
    const name = posix.basename(pattern);
    const folders =
      name === pattern ? ownFolders(context) : [findFile(context, 'files', posix.dirname(pattern))];
    for (const folder of folders) {
      const found = folder === undefined ? [] : globFiles(posix.join(folder, name));
      if (found.length > 0) return found;
    }
    return [];
  });

function ownFolders(context: LookupContext): string[] {
  return searchPath(context).flatMap((folder) => [posix.join(folder, 'files'), folder]);
}

const template: Lookup = (terms, context, options) =>
  terms.map((term) => {
    const path = requireFile(context, 'templates', textTerm(term));
    const { templating, scope } = context;
    const variables = options.template_vars === undefined ? {} : options.template_vars;
    if (!isDict(variables)) throw lookupError('template_vars needs a dict');
    const extra = Object.fromEntries(dictEntries(variables).map(([name, value]) => [toText(name), value]));
    const compiled = compileTemplateFile(templating, path, {
      ...textOptions(options),
      trimBlocks: flagOption(options, 'trim_blocks', true),
      lstripBlocks: flagOption(options, 'lstrip_blocks', false),
    });
    const folders = searchPath(context).flatMap((folder) => [posix.join(folder, 'templates'), folder]);
    return withTemplateFolders(folders, () =>
      requireDefined(
        compiled.renderNative(templateFileScope(path, textTerm(term), extra, scope, templating)),
      ),
    );
  });

const MARKS = {
  variable_start_string: 'variableStart',
  variable_end_string: 'variableEnd',
  comment_start_string: 'commentStart',
  comment_end_string: 'commentEnd',
} as const;

function textOptions(options: Readonly<Record<string, unknown>>): Record<string, string> {
  const given = Object.entries(MARKS).filter(
    ([name]) => options[name] !== undefined && options[name] !== null,
  );
  return Object.fromEntries(given.map(([name, option]) => [option, toText(options[name])]));
}

const unvault: Lookup = (terms, context) =>
  terms.map((term) => {
    const path = requireFile(context, 'files', textTerm(term));
    const text = readFileSync(path, 'utf8');
    if (!isVaultText(text)) return text;
    return context.templating.lazy(
      new VaultText(text, { file: path, line: 1, column: 1 }),
      context.scope,
      {},
    );
  });

/** Lookups that read files of the control side. */
export const fileLookups: Readonly<Record<string, Lookup>> = { file, fileglob, template, unvault };
