import { define, type Environment, toText } from '../../jinja/index.ts';

const TRUE_TEXTS = ['yes', 'on', '1', 'true'];

/** Adds Ansible's filters to an environment. */
export function registerFilters(environment: Environment): void {
  environment.filters.set(
    'bool',
    define(['value'], (value) => {
      if (value === null || typeof value === 'boolean') return value;
      return TRUE_TEXTS.includes(toText(value).toLowerCase());
    }),
  );
}
