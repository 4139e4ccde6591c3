import { translate } from '../lib/pythonRegex.ts';
import { ReplacementError } from '../lib/pythonReplacement.ts';
import { contentDiff } from './contentDiff.ts';
import { readDirectories } from './copyPlan.ts';
import {
  type Accounts,
  type AttributeParams,
  compareAttributes,
  type FileChange,
  freshState,
  readAccounts,
} from './fileAttributes.ts';
import { readBytes } from './fileBytes.ts';
import { lookAt } from './fileLook.ts';
import { directoryOf, hostPath } from './hostPath.ts';
import { ansibleText } from './params.ts';
import { changes, failed, type Plan } from './plan.ts';
import type { Reads, Stat } from './reads.ts';
import type { PutStep } from './step.ts';

export interface EditParams extends AttributeParams {
  backup: boolean;
  validate?: string | undefined;
}

/** A file that is to be edited. Its text holds one character for each byte, so that no byte is lost or changed. */
export interface TextNow {
  /** Where it lies, links followed. */
  path: string;
  stat: Stat | undefined;
  text: string | undefined;
  /** Directories that are missing above it, from the top. */
  missing: string[];
  accounts: Accounts;
}

/** A parameter that is a regular expression as Python has it. */
export function patternParam() {
  return ansibleText().superRefine((pattern, context) => {
    const problem = problemOf(pattern);
    if (problem !== undefined) context.addIssue(`is no regular expression: ${problem}`);
  });
}

/** The parameter for a command that checks a new file. */
export function validateParam() {
  return ansibleText()
    .refine((command) => command.includes('%s'), {
      error: ({ input }) => `must contain %s: ${String(input)}`,
    })
    .optional()
    .describe('Command that must accept the new file, `%s`, before it goes to its place.');
}

/** The pattern of a parameter, for texts of `TextNow`: as Python has it for bytes. */
export function bytePattern(pattern: string, flags = ''): RegExp {
  return translate(asBytes(pattern), `a${flags}`);
}

/** A parameter's text as the texts of `TextNow` are. */
export function asBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** What finds lines by a regular expression or by a text in them; undefined where neither is given. */
export function lineFinder(
  regexp: string | undefined,
  part: string | undefined,
): ((line: string) => RegExpExecArray | boolean | null) | undefined {
  if (regexp !== undefined) {
    const pattern = bytePattern(regexp);
    return (line) => pattern.exec(line);
  }
  if (part === undefined) return undefined;
  const bytes = asBytes(part);
  return (line) => line.includes(bytes);
}

/** Looks at a file that is to be edited, and, with `create`, at the directories above it. */
export async function readText(
  params: AttributeParams & { path: string; create?: boolean },
  host: Reads,
): Promise<TextNow> {
  const given = await hostPath(params.path, host);
  const look = lookAt(given, true, host);
  const [{ path, stat }, bytes, accounts, above] = await Promise.all([
    look,
    readBytes(
      given,
      look.then((found) => found.stat),
      host,
    ),
    readAccounts(params, host),
    params.create ? readDirectories(directoryOf(given), host) : [],
  ]);
  const text = bytes && Buffer.from(bytes).toString('latin1');
  const missing = stat ? [] : above.flatMap((one) => (one.stat ? [] : [one.path]));
  return { path, stat, text, missing, accounts };
}

/** Why a file cannot be edited, as Ansible registers it; undefined where it can. */
export function uneditable(
  now: TextNow,
  given: string,
  create: boolean,
  what = 'Path',
): Plan<never> | undefined {
  if (now.stat?.type === 'directory') return failed(`Path ${given} is a directory !`, { rc: 256 });
  if (!now.stat) return create ? undefined : failed(`${what} ${given} does not exist !`, { rc: 257 });
  return now.text === undefined ? failed(`Unable to read the contents of ${given}`) : undefined;
}

/** The plan, or what is wrong with a replacement (a group that its pattern does not have), behind `before`. */
export function planOrFail(plan: () => Plan<FileChange>, before = ''): Plan<FileChange> {
  try {
    return plan();
  } catch (error) {
    if (error instanceof ReplacementError) return failed(`${before}${error.message}`);
    throw error;
  }
}

/** Writes a text that was edited, and sets owner, group and mode; `msg` says what was edited. */
export function planEdit(
  params: EditParams,
  now: TextNow,
  edited: { text: string; msg: string },
  named: Record<string, unknown>,
): Plan<FileChange> {
  const { path, stat } = now;
  const base = stat ?? freshState('file', now.accounts.me);
  const { differences } = compareAttributes(params, now.accounts, base, 'file');
  const { attributes } = compareAttributes(params, now.accounts, stat, 'file');
  const attributesMsg = differences.length > 0 ? 'ownership, perms or SE linux context changed' : '';
  const wrote = edited.msg === '' ? [] : [edited.msg];
  const result = { ...named, msg: [...wrote, attributesMsg].filter((part) => part !== '').join(' and ') };
  if (wrote.length === 0) {
    const summary = `set ${differences.join(', ')} of ${path}`;
    return changes(
      differences.length > 0 ? [{ summary, steps: [{ kind: 'attributes', path, attributes }] }] : [],
      result,
    );
  }
  const after = Buffer.from(edited.text, 'latin1');
  const before = now.text === undefined ? undefined : Buffer.from(now.text, 'latin1');
  const step: PutStep = {
    kind: 'put',
    path,
    content: textOrBytes(after),
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(params.backup && { backup: true }),
    ...(params.validate !== undefined && { validate: params.validate }),
  };
  const also = stat && differences.length > 0 ? `, set ${differences.join(', ')}` : '';
  const summary = `${stat ? 'edit' : 'create'} ${path}: ${edited.msg}${also}`;
  const mkdirs = now.missing.map((one): FileChange => {
    return { summary: `create directory ${one}`, steps: [{ kind: 'mkdir', path: one }] };
  });
  return changes([...mkdirs, { summary, diff: contentDiff(path, before, after), steps: [step] }], result);
}

function textOrBytes(bytes: Buffer): string | Uint8Array {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : bytes;
}

function problemOf(pattern: string): string | undefined {
  try {
    translate(pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
