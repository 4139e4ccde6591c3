import { z } from 'zod';
import { defineModule } from '../module/define.ts';
import { ansibleText, choice, listOf } from '../module/params.ts';
import { type Change, changes, failed } from '../module/plan.ts';

const LIST = '/etc/locale.gen';
const SUPPORTED = '/usr/share/i18n/SUPPORTED';

interface LocaleChange extends Change {
  text: string;
}

export default defineModule({
  name: 'locale_gen',
  collection: 'community.general',
  doc: `Compiles locales, or takes them away: their lines in /etc/locale.gen, and locale-gen.

Needs the package locales.`,
  params: z.strictObject({
    name: listOf(ansibleText()).describe('Locales with their encoding: de_CH.UTF-8.'),
    state: choice(['absent', 'present']).default('present').describe('What shall be.'),
  }),
  async read(_params, host) {
    const [list, supported, compiled] = await Promise.all([
      host.content({ path: LIST }),
      host.content({ path: SUPPORTED }),
      host.locales({}),
    ]);
    return { list: list && text(list), supported: text(supported), compiled: compiled.map(normalised) };
  },
  plan({ name, state }, { list, supported, compiled }) {
    if (list === undefined) return failed(`${LIST} is missing. Is the package "locales" installed?`);
    const known = new Set(supported.split('\n').map((line) => line.trim().split(/\s+/)[0]));
    const isCompiled = (locale: string) => compiled.includes(normalised(locale));
    const strange = name.filter((locale) => !known.has(locale) && !isCompiled(locale));
    if (strange.length > 0)
      return failed(
        `The following locales you have entered are not available on your system: ${strange.join(', ')}`,
      );
    const result = { name, mechanism: 'glibc' };
    if (name.every(isCompiled) === (state === 'present')) return changes([], result);
    const after = withLocales(list, name, state === 'present');
    const verb = state === 'present' ? 'compile' : 'take away';
    const change: LocaleChange = {
      summary: `${verb} ${name.length === 1 ? 'the locale' : 'the locales'} ${name.join(', ')}`,
      diff: { before: list, after, beforeHeader: LIST, afterHeader: LIST },
      text: after,
    };
    return changes([change], result);
  },
  steps: (change: LocaleChange) => [
    { kind: 'put', path: LIST, content: change.text },
    { kind: 'run', argv: ['locale-gen'], touches: [LIST, '/usr/lib/locale'] },
  ],
});

function withLocales(list: string, names: string[], present: boolean): string {
  return list
    .split('\n')
    .map((line) => {
      const [, locale, charset] = /^#?\s*(\S+) (.+)$/.exec(line) ?? [];
      if (locale === undefined || !names.includes(locale)) return line;
      return `${present ? '' : '# '}${locale} ${charset}`;
    })
    .join('\n');
}

/** `locale -a` prints encodings in its own way: de_DE.utf8 for de_DE.UTF-8. */
function normalised(locale: string): string {
  return locale.toLowerCase().replace(/\..*/, (encoding) => encoding.replaceAll('-', ''));
}

function text(content: Uint8Array | undefined): string {
  return Buffer.from(content ?? []).toString();
}
