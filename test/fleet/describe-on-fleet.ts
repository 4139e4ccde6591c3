import { describe } from 'vitest';
import { whyNoFleet } from './prerequisites.ts';

/** As vitest's `describe`, but skipped, and saying why, where no fleet can start. */
export function describeOnFleet(title: string, tests: () => void): void {
  const reason = whyNoFleet();
  if (reason === undefined) {
    describe(title, tests);
    return;
  }
  process.stderr.write(`${title}: skipped, because ${reason}\n`);
  describe.skip(`${title} (skipped, because ${reason})`, tests);
}
