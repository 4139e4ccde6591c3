import { walkScript, walks } from '../directoryRecords.ts';
import { definePrimitive } from '../primitive.ts';

/** What directories hold, without going deeper. A directory may be named by a link to it. */
export const entries = definePrimitive('entries', {
  script: (asked) => asked.map(({ path }) => walkScript(path, '-maxdepth 1')).join('\n'),
  parse: ({ stdout }, asked) =>
    walks(stdout, asked).map((found) => found?.sort((a, b) => (a.path < b.path ? -1 : 1))),
  paths: ({ path }) => [path],
});
