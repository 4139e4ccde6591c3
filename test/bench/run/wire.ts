import type { RunEvent } from '../../../src/engine/events.ts';
import { attempt } from '../../fleet/command.ts';
import { flotte } from '../tools/flotte.ts';
import type { Job } from '../tools/tool.ts';
import type { WireResult } from './results.ts';

/** What a run costs on the wire, per host: the mean of all hosts. */
export async function wireOf(job: Job): Promise<WireResult> {
  const { argv, env, cwd } = flotte.command(job);
  const [file, ...args] = [...argv, '--output', 'jsonl'];
  const inFolder = ['-c', 'cd "$0" && exec "$@"', cwd, file!, ...args];
  const { stdout } = await attempt('sh', inFolder, { env });
  const end = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent)
    .find((event) => event.type === 'run-end');
  const wires = Object.values(end?.wire ?? {});
  const mean = (name: keyof WireResult) =>
    wires.reduce((sum, wire) => sum + wire[name], 0) / Math.max(1, wires.length);
  return {
    roundTrips: mean('roundTrips'),
    frames: mean('frames'),
    bytesOut: mean('bytesOut'),
    bytesIn: mean('bytesIn'),
  };
}
