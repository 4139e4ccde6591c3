/** Keywords of tasks that are yes or no. */
export const BOOLEAN_KEYWORDS: ReadonlySet<string> = new Set([
  'any_errors_fatal',
  'become',
  'check_mode',
  'delegate_facts',
  'diff',
  'ignore_errors',
  'ignore_unreachable',
  'no_log',
  'run_once',
]);

const WORDS = new Set([
  'y',
  'yes',
  'on',
  '1',
  'true',
  't',
  '1.0',
  'n',
  'no',
  'off',
  '0',
  'false',
  'f',
  '0.0',
  '',
]);

/** Whether Ansible takes a text for yes or no. */
export function isBooleanWord(text: string): boolean {
  return WORDS.has(text.trim().toLowerCase());
}

/** What is wrong with another text. */
export function noBoolean(keyword: string, text: string): string {
  return `the field '${keyword}' has an invalid value (${text}): The value '${text}' is not a valid boolean. Valid are yes and no, true and false, on and off, 1 and 0.`;
}
