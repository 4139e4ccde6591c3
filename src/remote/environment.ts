import { shellQuote } from '../lib/shell.ts';

/** Shell text that exports an environment. Throws where a name is none. */
export function exportText(environment: Record<string, string>): string {
  return Object.entries(environment)
    .map(([name, value]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        throw new Error(`'${name}' cannot be the name of an environment variable`);
      }
      return `${name}=${shellQuote(value)}; export ${name}\n`;
    })
    .join('');
}
