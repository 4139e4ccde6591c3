import type { Templating } from '../variables/templating.ts';

/** What is wrong with a name under `notify` that no handler has and none listens to. */
export function missingHandler(name: string): string {
  return `The requested handler '${name}' was not found in either the main handlers list nor in the listening handlers list`;
}

/** Whether that is an error, as it is unless the settings say that a warning will do. */
export function isErrorWithoutHandler({ control }: Templating): boolean {
  return control.setting('ERROR_ON_MISSING_HANDLER')?.value !== false;
}
