import { definePrimitive } from '../primitive.ts';
import { parseStats, statScript } from '../statRecords.ts';

/** What lies at a path. One fork answers for all paths asked without `follow`, and one for those with it. */
export const stat = definePrimitive('stat', {
  script: (asked) =>
    [statScript(pathsOf(asked, false), '-P'), statScript(pathsOf(asked, true), '-L')]
      // Tells the answers of the two kinds apart: the same path may be asked both ways.
      .join(`\nprintf '%s\\0' . . . . ''\n`),
  parse({ stdout }, asked) {
    const stats = parseStats(stdout);
    const boundary = stats.findIndex((stat) => stat.path === '');
    const direct = new Map(stats.slice(0, boundary).map((stat) => [stat.path, stat]));
    const followed = new Map(stats.slice(boundary + 1).map((stat) => [stat.path, stat]));
    return asked.map(({ path, follow }) => {
      if (!follow) return direct.get(path);
      const found = followed.get(path);
      // A link that leads nowhere is shown as itself by find -L; what it leads to is not there.
      return found?.type === 'link' ? undefined : found;
    });
  },
  paths: ({ path }) => [path],
});

function pathsOf(asked: { path: string; follow?: boolean }[], follow: boolean): string[] {
  return [...new Set(asked.filter((one) => Boolean(one.follow) === follow).map((one) => one.path))];
}
