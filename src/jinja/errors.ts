/**
 * The errors of the template language.
 *
 * `message` is the bare cause ("'foo' is undefined"); the place is in the fields beside it, so that a
 * caller can print it the way it prints every other place. An error that leaves the language always has
 * its place, as far as it is known.
 */

/** A text that is being compiled, with where it comes from. */
export interface Source {
  /** Name to show, a path or a description such as `when of task "x"`. */
  readonly filename: string;
  /** Text with newlines normalised to `\n`. */
  readonly text: string;
  /** Line of the file at which the text begins, from 1. */
  readonly firstLine: number;
  /** Column at which the text's first line begins, from 1. */
  readonly firstColumn: number;
}

/** A range of a source, as offsets into its text. */
export interface Location {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** Root of everything that a template can throw. */
export class TemplateError extends Error {
  filename: string | undefined;
  /** Line in the file, from 1. */
  line: number | undefined;
  /** Column in that line, from 1. */
  column: number | undefined;
  /** The part of the template that failed, as it was written. */
  expression: string | undefined;
  /** The whole line that `line` means. */
  sourceLine: string | undefined;

  constructor(message: string, at?: Location, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    if (at) locate(this, at);
  }

  /** `file:line:column` as far as known, for the start of a message. */
  get place(): string {
    return [this.filename, this.line, this.column].filter((part) => part !== undefined).join(':');
  }
}

/** The text is no valid template or expression. */
export class TemplateSyntaxError extends TemplateError {}

/** A filter, test or block that is named does not exist; found while compiling. */
export class TemplateAssertionError extends TemplateSyntaxError {}

/** A template that include, import or extends names cannot be found. */
export class TemplateNotFound extends TemplateError {
  readonly template: string;

  constructor(template: string, message: string = template, at?: Location) {
    super(message, at);
    this.template = template;
  }
}

/**
 * Something went wrong while rendering. `type` is the name of Python's exception for the same mistake
 * (`TypeError`, `ValueError`, `ZeroDivisionError` ...), `RuntimeError` where none fits better. Filters
 * throw this one; the place is filled in on the way out.
 */
export class TemplateRuntimeError extends TemplateError {
  readonly type: string;
  /** The message without the name of the filter, test or function in front. */
  reason: string;

  constructor(message: string, type = 'RuntimeError', options?: ErrorOptions) {
    super(message, undefined, options);
    this.type = type;
    this.reason = message;
  }
}

/**
 * An undefined value was used where a value is needed. `name` is the variable, attribute or key that is
 * missing (not the class name that `Error` has there), empty where there is none.
 */
export class UndefinedError extends TemplateError {
  constructor(message: string, name = '', at?: Location, options?: ErrorOptions) {
    super(message, at, options);
    this.name = name;
  }
}

/** The template asked for something that no template may have, or went over a limit. */
export class SecurityError extends TemplateError {}

/** Shorthand for the most frequent runtime error. */
export function typeError(message: string): TemplateRuntimeError {
  return new TemplateRuntimeError(message, 'TypeError');
}

/** Shorthand for Python's ValueError. */
export function valueError(message: string): TemplateRuntimeError {
  return new TemplateRuntimeError(message, 'ValueError');
}

/** Line and column (both from 1) of an offset into a source. */
/** Line and column of an offset. */
export function positionOf(source: Source, offset: number): { line: number; column: number } {
  const before = source.text.slice(0, offset);
  const lastNewline = before.lastIndexOf('\n');
  const row = lastNewline < 0 ? 0 : before.split('\n').length - 1;
  const column = offset - lastNewline;
  return {
    line: source.firstLine + row,
    column: row === 0 ? column + source.firstColumn - 1 : column,
  };
}

const LONGEST_SHOWN = 500;

/** Fills in the place of an error that has none yet. */
export function locate(error: TemplateError, at: Location): void {
  if (error.line !== undefined) return;
  const { source, start, end } = at;
  const { line, column } = positionOf(source, start);
  error.filename = source.filename;
  error.line = line;
  error.column = column;
  error.expression = shortened(source.text.slice(start, end));
  const lineStart = source.text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = source.text.indexOf('\n', start);
  error.sourceLine = shortened(source.text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd));
}

function shortened(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
}
