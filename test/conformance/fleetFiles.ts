import { type Snapshot, snapshot, tracesOfRunning } from '../fleet/snapshot.ts';

// What is told of when and by what something was done, and what programs keep for themselves.
const OF_THE_TOOLS = [
  /^\/(home\/[^/]+|root)\/\.ansible(\/|$)/,
  /\/__pycache__(\/|$)/,
  /^\/var\/log\/(apt\/|dpkg\.log|alternatives\.log|apache2\/|auth\.log|syslog)/,
  /^\/var\/cache\/apt\/(src)?pkgcache\.bin$/,
  /^\/var\/cache\/(debconf|ldconfig|man)\//,
  /^\/var\/lib\/apt\/(lists|periodic|extended_states)/,
  /^\/var\/lib\/dpkg\/(lock|triggers|.*-old$)/,
];

/** What a host wrote to its disk. A backup is named without its time and the number of the program that made it. */
export function hostFiles(host: { upperDir: string }): Snapshot {
  const files = snapshot(host, [...tracesOfRunning, ...OF_THE_TOOLS]);
  return new Map([...files].map(([path, entry]) => [backupName(path), entry]));
}

function backupName(path: string): string {
  return path.replace(/\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~$/, '.backup');
}
