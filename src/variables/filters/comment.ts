import { define, requireInteger, toText, typeError, valueError } from '../../jinja/index.ts';
import { requireString } from './values.ts';

interface Style {
  beginning?: string;
  decoration: string;
  end?: string;
}

const STYLES: Readonly<Record<string, Style>> = {
  plain: { decoration: '# ' },
  erlang: { decoration: '% ' },
  c: { decoration: '// ' },
  cblock: { beginning: '/*', decoration: ' * ', end: ' */' },
  xml: { beginning: '<!--', decoration: ' - ', end: '-->' },
};

const OPTIONS = [
  'newline',
  'beginning',
  'prefix',
  'prefix_count',
  'decoration',
  'postfix',
  'postfix_count',
  'end',
] as const;

/** Ansible's `comment`: a text as a comment of a style, with a line before and after it. */
export const commentFilter = define(['text', ['style', 'plain'], '**kw'], (value, styleName, kwargs) => {
  const text = requireString(value);
  const name = toText(styleName);
  const style = Object.hasOwn(STYLES, name) ? STYLES[name]! : undefined;
  if (!style) throw valueError(`Invalid style '${name}' (known: ${Object.keys(STYLES).join(', ')})`);
  const given = kwargs as Record<string, unknown>;
  const odd = Object.keys(given).find((option) => !(OPTIONS as readonly string[]).includes(option));
  if (odd !== undefined) throw typeError(`there is no argument '${odd}' (known: ${OPTIONS.join(', ')})`);
  const option = (option: (typeof OPTIONS)[number], fallback: string) =>
    given[option] === undefined ? fallback : toText(given[option]);
  const count = (option: 'prefix_count' | 'postfix_count') =>
    given[option] === undefined ? 1 : Math.max(0, requireInteger(given[option]));

  const newline = option('newline', '\n');
  const decoration = option('decoration', style.decoration);
  const beginning = option('beginning', style.beginning ?? '');
  const prefix = option('prefix', decoration.trimEnd());
  const postfix = option('postfix', decoration.trimEnd());
  const end = option('end', style.end ?? '');

  const prefixLine = prefix === newline ? newline : prefix === '' ? '' : prefix + newline;
  const decorated = (decoration + text.replaceAll(newline, newline + decoration))
    // No blanks at the end of lines that hold nothing else.
    .replaceAll(decoration + newline, decoration.trimEnd() + newline);
  return [
    beginning === '' ? '' : beginning + newline,
    prefixLine.repeat(count('prefix_count')),
    decorated,
    (newline + postfix).repeat(count('postfix_count')),
    end === '' ? '' : newline + end,
  ].join('');
});
