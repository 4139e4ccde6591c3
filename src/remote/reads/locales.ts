import { definePrimitive } from '../primitive.ts';

/** Names of the locales that are compiled. */
export const locales = definePrimitive('locales', {
  script: () => 'locale -a 2>/dev/null || :',
  parse: ({ stdout }, asked) => {
    const names = stdout.toString().split('\n').filter(Boolean);
    return asked.map(() => names);
  },
  paths: () => ['/usr/lib/locale'],
});
