export type TokenType =
  | 'data'
  | 'block_begin'
  | 'block_end'
  | 'variable_begin'
  | 'variable_end'
  | 'name'
  | 'string'
  | 'integer'
  | 'float'
  | 'operator'
  | 'eof';

/** A piece of a template, with its range in the source's text. */
export interface Token {
  readonly type: TokenType;
  /** Text of a name, operator or data; the value of a string; digits of a number, without underscores. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const typeNames: Readonly<Record<string, string>> = {
  block_begin: 'begin of statement block',
  block_end: 'end of statement block',
  variable_begin: 'begin of print statement',
  variable_end: 'end of print statement',
  data: 'template data / text',
  eof: 'end of template',
};

/** A token as an error message calls it. */
export function describeToken(token: Token): string {
  return typeNames[token.type] ?? token.value;
}

/** A kind of token as an error message calls it. */
export function describeType(type: string): string {
  return typeNames[type] ?? type;
}
