import { setTimeout as sleep } from 'node:timers/promises';
import { NetworkFailure } from './failures.ts';

/** Milliseconds before the first further attempt; each next one waits twice as long. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8000;

/** Makes further attempts after errors of the network, and of nothing else: keys and passwords do not get better. */
export async function retrying<T>(retries: number, attempt: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof NetworkFailure) || failures >= retries) throw error;
      // Not all hosts at the same instant: they may wait for one jump host.
      await sleep(Math.min(FIRST_PAUSE * 2 ** failures, LONGEST_PAUSE) * (0.75 + Math.random() / 2));
    }
  }
}
