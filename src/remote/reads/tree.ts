import { walkScript, walks } from '../directoryRecords.ts';
import { definePrimitive } from '../primitive.ts';

/** All below directories, each before what it holds. Links inside are not followed. */
export const tree = definePrimitive('tree', {
  script: (asked) => asked.map(({ path }) => walkScript(path, '')).join('\n'),
  parse: ({ stdout }, asked) => walks(stdout, asked),
  paths: ({ path }) => [path],
});
