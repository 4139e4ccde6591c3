/** Bad input that has no place in a file: a flag, an argument, a missing terminal. Exit code 1, never a stack. */
export class UsageError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string | undefined) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
  }
}
