import { Help } from 'commander';
import { didYouMean } from '../../lib/nearest.ts';
import type { AnyModule } from '../../module/define.ts';
import { describeParams, type ParamDoc } from '../../module/parseParams.ts';
import { findModule, loadModule, moduleNames } from '../../modules/index.ts';
import { exitCodes } from '../exitCodes.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usageError.ts';

const MAX_WIDTH = 100;

/** `flotte modules [NAME]`: the list of modules, or one module's documentation. */
export async function modulesCommand(name: string | undefined, terminal: Terminal): Promise<number> {
  const width = Math.min(MAX_WIDTH, terminal.stdout.columns ?? MAX_WIDTH);
  const text = name === undefined ? await moduleList(width) : await modulePage(name, width);
  terminal.stdout.write(`${text}\n`);
  return exitCodes.ok;
}

async function moduleList(width: number): Promise<string> {
  const modules = await Promise.all(moduleNames().map(loadModule));
  const column = Math.max(...modules.map((module) => module.name.length)) + 2;
  return modules
    .map((module) => beside(module.name, column, firstSentence(module.doc), width))
    .concat('', 'flotte modules NAME tells the parameters of one.')
    .join('\n');
}

async function modulePage(name: string, width: number): Promise<string> {
  if (!findModule(name)) {
    const hint = didYouMean(name, moduleNames()) ?? 'flotte modules lists all.';
    throw new UsageError(`there is no module "${name}"`, hint);
  }
  return formatModule(await loadModule(name), width);
}

/** The documentation of a module as text of at most `width` columns. */
function formatModule(module: AnyModule, width: number): string {
  const params = describeParams(module);
  const head = [`${module.collection}.${module.name}`, '', wrapped(module.doc, width)];
  if (params.length === 0) return [...head, '', 'It takes no parameters.'].join('\n');
  const nameColumn = Math.max(...params.map((param) => param.name.length)) + 4;
  const rows = params.map((param) => {
    const label = `  ${param.name}`.padEnd(nameColumn) + typeLabel(param);
    return beside(label, nameColumn + 7, describeParam(param, module.freeForm), width);
  });
  return [...head, '', 'Parameters:', ...rows].join('\n');
}

function typeLabel(param: ParamDoc): string {
  return param.type.padEnd(5);
}

function describeParam(param: ParamDoc, freeForm: string | undefined): string {
  const notes = [
    param.required ? 'required' : '',
    param.default === undefined ? '' : `default: ${shownDefault(param.default)}`,
    param.choices ? `one of: ${param.choices.join(', ')}` : '',
    param.aliases.length > 0 ? `also: ${param.aliases.join(', ')}` : '',
    param.name === freeForm ? 'may be given as free text' : '',
  ].filter((note) => note !== '');
  const described = param.description.trim();
  return notes.length === 0 ? described : `${described}\n[${notes.join('; ')}]`.trimStart();
}

function shownDefault(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
}

function firstSentence(doc: string): string {
  const paragraph = doc
    .trim()
    .split(/\n\s*\n/)[0]!
    .replace(/\s+/g, ' ');
  return /^.*?[.!?](?= |$)/.exec(paragraph)?.[0] ?? paragraph;
}

function beside(label: string, column: number, text: string, width: number): string {
  const [first = '', ...rest] = wrapped(text, Math.max(20, width - column)).split('\n');
  const continued = rest.map((line) => (line === '' ? '' : ' '.repeat(column) + line));
  return [`${label.padEnd(column)}${first}`.trimEnd(), ...continued].join('\n');
}

function wrapped(text: string, width: number): string {
  return new Help().boxWrap(text.trim(), width);
}
