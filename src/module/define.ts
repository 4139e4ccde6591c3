import type { z } from 'zod';
import type { Change, Plan, Reconnected, Reconnecting } from './plan.ts';
import type { Reads } from './reads.ts';
import type { ControlFileContent, Step, StepResult } from './step.ts';

/** A file of the control side, found where Ansible looks for it (role's files/ or templates/, then the playbook's). */
export interface ControlFile extends ControlFileContent {
  /** Permission bits. */
  mode: number;
  /** Lower-case hex, for results that tell it. */
  md5: string;
  /** It is a vault file: what `file` holds is encrypted, and `text` gives its plain text. */
  vault?: boolean;
}

/** What a module may ask of the control side while it reads. */
export interface Control {
  /** A file for `src`; throws TaskFailure naming every place looked at. */
  file(src: string): Promise<ControlFile>;
  /** All below a directory for `src`: paths relative to it, directories first; and its own path. */
  directory(src: string): Promise<{
    path: string;
    directories: { path: string; mode: number }[];
    files: (ControlFile & { path: string })[];
  }>;
  /** 'file' or 'directory' for `src`. */
  kind(src: string): Promise<'file' | 'directory'>;
  /** The text of a control file (decrypted where it is a vault file). Throws where it is no UTF-8. */
  text(src: string): Promise<string>;
  /** The bytes of a control file as they are. */
  bytes(src: string): Promise<Uint8Array>;
  /** Where a template is found, and its permission bits. */
  templateFile(src: string): Promise<{ file: string; mode: number }>;
  /**
   * The variables in a YAML or JSON file (decrypted where it is a vault file), which is looked for in `vars/` as other
   * files in `files/`; an empty file has none. `file` is its absolute path.
   */
  variables(src: string): Promise<{ file: string; variables: Record<string, unknown> }>;
  /**
   * The files below a directory of variables: in the role's `vars/`, else beside the task's file. Absolute paths, by
   * directory and then by name; `depth` is 1 directly in it; what is the role's own vars/main.yml is left out.
   */
  variableFiles(directory: string): Promise<{ path: string; depth: number }[]>;
  /** What lies at a path that the control side writes to; relative paths are the playbook's. */
  saved(path: string): Promise<{ file: string; kind?: 'file' | 'directory'; sha1?: string }>;
  /**
   * Waits, or asks and waits for the answer; the task is asked about once, whatever number of hosts it has. In check
   * mode it does neither. `input` is missing where nobody can be asked.
   */
  pause(of: { seconds: number } | { prompt: string; secret: boolean }): Promise<{ input?: string }>;
  /** Waits until the task's host can be worked on. */
  reconnect(wish: Reconnecting): Promise<Reconnected>;
  /** A template rendered with the task's variables. */
  template(src: string, options: TemplateOptions): Promise<string>;
  /** Where the files of jobs lie on the host (`~/.ansible_async`), as written. */
  readonly jobFolder: string;
  /** What a job registers, from the text of its file. */
  jobResult(text: string): Promise<Record<string, unknown>>;
  /** A value with its templates rendered, with the task's variables. */
  render(value: unknown): unknown;
  /** The value of a Jinja2 expression, with the task's variables; used by assert and debug. */
  evaluate(expression: string): unknown;
  /** The value of a condition as in `when`. */
  test(condition: string | boolean): boolean;
  /** True while nothing is written. Only for what a result must tell (Ansible's texts), never to choose what to plan. */
  readonly checkMode: boolean;
  /** The host's name in the inventory. */
  readonly host: string;
  readonly verbosity: number;
}

export interface TemplateOptions {
  trimBlocks?: boolean;
  lstripBlocks?: boolean;
  newlineSequence?: '\n' | '\r\n' | '\r';
  variableStart?: string;
  variableEnd?: string;
  blockStart?: string;
  blockEnd?: string;
  commentStart?: string;
  commentEnd?: string;
  /** Variables besides the task's, e.g. template_path. */
  variables?: Record<string, unknown>;
}

/**
 * The one shape of every module. `read` looks (through named primitives that cannot write), `plan` compares and is
 * pure, `steps` turns one change into data. Nobody but the engine performs anything, so check mode is this without
 * the writer.
 */
export interface ModuleDefinition<P, Now, C extends Change> {
  /** As the playbook names it, without a collection: `file`. */
  name: string;
  /** The collection it is documented in: 'ansible.builtin', 'community.general', or 'flotte' for our own. */
  collection: string;
  /** One sentence, then whatever a person must know; it becomes the reference page. */
  doc: string;
  /** A zod object: types, validation, documentation (`.describe`) and editor schema in one. */
  params: z.ZodType<P>;
  /** Other names of parameters, as in Ansible: alias -> name. */
  aliases?: Record<string, string>;
  /** The parameter that takes the text of a free-form task (`command: ls -l`). */
  freeForm?: string;
  /** Parameters that are handed over as written, not templated (conditions, expressions). */
  untemplated?: string[];
  /** Reads must be made when the task's turn has come, never ahead, and anew at every attempt. */
  volatile?: boolean;
  /** Works on the control side alone: nothing of it is read from a host, and no host is written to. */
  controlSide?: boolean;
  read(params: P, host: Reads, control: Control): Promise<Now>;
  plan(params: P, now: Now): Plan<C>;
  steps(change: C, params: P): Step[];
  /**
   * What the task registers after its steps were performed, laid over the plan's `result`. May set `changed`,
   * `failed` and `msg`. In check mode it is not called.
   */
  result?(params: P, now: Now, done: StepResult[]): Record<string, unknown>;
}

// biome-ignore lint/suspicious/noExplicitAny: the registry holds modules of every parameter type
export type AnyModule = ModuleDefinition<any, any, any>;

/** Declares a module; gives it back unchanged, with its types inferred. */
export function defineModule<P, Now, C extends Change>(
  definition: ModuleDefinition<P, Now, C>,
): ModuleDefinition<P, Now, C> {
  return definition;
}
