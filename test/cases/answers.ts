import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { UndefinedError } from '../../src/jinja/errors.ts';
import type { Control, ControlFile } from '../../src/module/define.ts';
import { TaskFailure, UnknownAnswer } from '../../src/module/plan.ts';
import type { Reads, Stat } from '../../src/module/reads.ts';
import type { ControlAnswers, ControlFileAnswer } from './caseFile.ts';

/** Builds a Stat with what most paths have, so that a case names only what matters to it. */
export function aStat(of: Partial<Stat> & { path: string }): Stat {
  const type = of.type ?? 'file';
  return {
    type,
    mode: { directory: 0o755, link: 0o777 }[type as string] ?? 0o644,
    uid: 0,
    gid: 0,
    owner: 'root',
    group: 'root',
    size: type === 'directory' ? 4096 : 0,
    atime: 1700000000,
    mtime: 1700000000,
    ctime: 1700000000,
    inode: 1001,
    device: 65024,
    links: 1,
    ...of,
  };
}

// Answers that a case gives in short form.
const COMPLETED: Record<string, (answer: never, args: Record<string, unknown>) => unknown> = {
  stat: (answer: Partial<Stat>, args) => aStat({ path: String(args.path), ...answer }),
  entries: (answer: (Partial<Stat> & { path: string })[]) => answer.map(aStat),
  tree: (answer: (Partial<Stat> & { path: string })[]) => answer.map(aStat),
  content: (answer: string | Uint8Array) => Buffer.from(answer as string),
  passwd: (answer: object, args) => ({
    name: args.name,
    uid: 1000,
    gid: 1000,
    gecos: '',
    home: `/home/${args.name}`,
    shell: '/bin/sh',
    groups: [],
    group: args.name,
    ...answer,
  }),
  http: (answer: { body?: string }) => ({
    reason: '',
    headers: {},
    cookies: {},
    url: '',
    redirects: 0,
    elapsed: 0,
    ...answer,
    body: Buffer.from(answer.body ?? ''),
  }),
  wait: (answer: object) => ({ met: true, elapsed: 0, groups: [], namedGroups: {}, ...answer }),
  group: (answer: object, args) => ({ name: args.name, gid: 1000, members: [], ...answer }),
  identity: (answer: object) => ({
    uid: 0,
    gid: 0,
    owner: 'root',
    group: 'root',
    groups: [0],
    home: '/root',
    umask: 0o022,
    ...answer,
  }),
};

interface Listed {
  name: string;
  args: Record<string, unknown>;
  answer: unknown;
  asked: boolean;
}

/** Reads that answer what a case lists and refuse all else; `unasked` names what was listed and never asked. */
export function listedReads(list: Record<string, unknown>[]): { reads: Reads; unasked: () => string[] } {
  const listed = list.map(toListed);
  const ask = async (name: string, args: Record<string, unknown>): Promise<unknown> => {
    const wanted = dropUndefined(args);
    const found = listed.find((one) => one.name === name && isDeepStrictEqual(one.args, wanted));
    if (!found) throw new Error(`the case does not list this read: ${name}: ${JSON.stringify(wanted)}`);
    found.asked = true;
    if (found.answer instanceof Error) throw found.answer;
    return found.answer;
  };
  const reads = new Proxy({} as Reads, {
    get: (_, name) =>
      name === 'then' ? undefined : (args: Record<string, unknown>) => ask(String(name), args),
  });
  const unasked = () =>
    listed.filter((one) => !one.asked).map((one) => `${one.name}: ${JSON.stringify(one.args)}`);
  return { reads, unasked };
}

function toListed(entry: Record<string, unknown>): Listed {
  const { answer, ...read } = entry;
  const [[name, args]] = Object.entries(read) as [[string, Record<string, unknown>]];
  return { name, args, answer: completed(name, args, answer), asked: false };
}

function completed(name: string, args: Record<string, unknown>, answer: unknown): unknown {
  if (answer === null || answer === undefined) return undefined;
  const odd = answer as { unknown?: string; failed?: string };
  if (typeof odd.unknown === 'string') return new UnknownAnswer(odd.unknown);
  if (typeof odd.failed === 'string') return new TaskFailure(odd.failed);
  return COMPLETED[name]?.(answer as never, args) ?? answer;
}

function dropUndefined(args: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
}

/** A control side that knows what a case lists under `control`. */
export function listedControl(answers: ControlAnswers = {}): Control {
  const files = answers.files ?? {};
  const listed = <T>(of: Record<string, T> | undefined, key: string, what: string): T => {
    if (of && Object.hasOwn(of, key)) return of[key]!;
    throw new TaskFailure(`there is no ${what} ${key}`);
  };
  const evaluate = (expression: string) => {
    const value = listed<unknown>(answers.evaluate, expression, 'expression');
    const { undefined: message } = (value ?? {}) as { undefined?: string };
    if (message !== undefined) throw new UndefinedError(message);
    return value;
  };
  return {
    render: (value) => value,
    file: async (src) => controlFile(src, listed(files, src, 'file')),
    directory: async (src) => {
      const found = listed(answers.directories, src, 'directory');
      return {
        path: `/control/${src.replace(/\/$/, '')}`,
        directories: Object.entries(found.directories ?? {}).map(([path, mode]) => ({ path, mode })),
        files: Object.entries(found.files ?? {}).map(([path, file]) => ({
          path,
          ...controlFile(`${src.replace(/\/$/, '')}/${path}`, file),
        })),
      };
    },
    kind: async (src) => {
      if (answers.directories && Object.hasOwn(answers.directories, src)) return 'directory';
      listed(files, src, 'file');
      return 'file';
    },
    text: async (src) => Buffer.from(bytesOf(listed(files, src, 'file'))).toString('utf8'),
    bytes: async (src) => bytesOf(listed(files, src, 'file')),
    templateFile: async (src) => {
      listed(answers.templates, src, 'template');
      return { file: `/control/${src}`, mode: 0o640 };
    },
    saved: async (path) => ({ file: `/control/${path}`, ...answers.saved?.[path] }),
    reconnect: async () => answers.reconnect ?? { elapsed: 0 },
    pause: async () => (answers.input === undefined ? {} : { input: answers.input }),
    variables: async (src) => ({
      file: `/control/vars/${src}`,
      variables: listed(answers.variables, src, 'file of variables'),
    }),
    variableFiles: async (directory) => listed(answers.variableFiles, directory, 'directory of variables'),
    template: async (src) => listed(answers.templates, src, 'template'),
    jobFolder: '~/.ansible_async',
    jobResult: async (text) => JSON.parse(text) as Record<string, unknown>,
    evaluate,
    test: (condition) => Boolean(typeof condition === 'boolean' ? condition : evaluate(condition)),
    checkMode: answers.checkMode ?? false,
    host: answers.host ?? 'web1',
    verbosity: answers.verbosity ?? 0,
  };
}

function controlFile(src: string, file: string | ControlFileAnswer): ControlFile {
  const bytes = bytesOf(file);
  return {
    file: `/control/${src}`,
    size: bytes.length,
    sha1: createHash('sha1').update(bytes).digest('hex'),
    md5: createHash('md5').update(bytes).digest('hex'),
    mode: (typeof file === 'object' && file.mode) || 0o644,
    ...(typeof file === 'object' && file.vault && { vault: true }),
  };
}

function bytesOf(file: string | ControlFileAnswer): Buffer {
  const text = typeof file === 'string' ? file : file.text;
  return Buffer.from(text as string);
}
