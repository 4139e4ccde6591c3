import { TaskFailure } from './plan.ts';
import type { Reads, Stat } from './reads.ts';

/**
 * What lies at a path and, of a file, its bytes, in one frame; links are followed for the bytes. Of what is no file
 * there are none. Throws TaskFailure for a file that cannot be read.
 */
export async function readBytes(
  path: string,
  look: Promise<Stat | undefined>,
  host: Reads,
): Promise<Uint8Array | undefined> {
  const [stat, bytes] = await Promise.all([look, host.content({ path }).catch(asAnswer)]);
  if (!(bytes instanceof TaskFailure)) return bytes;
  if (stat && stat.type !== 'file' && stat.type !== 'link') return undefined;
  throw bytes;
}

function asAnswer(error: unknown): TaskFailure {
  if (error instanceof TaskFailure) return error;
  throw error;
}
