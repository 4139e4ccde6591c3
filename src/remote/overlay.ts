import type { Reads } from '../module/reads.ts';
import type { Step } from '../module/step.ts';
import type { Asker, Watcher } from './reader.ts';

type Ask = (asker: Asker, name: keyof Reads, of: never, watcher: Watcher | undefined) => Promise<unknown>;

/** Steps that are only planned, laid over what is read. */
export interface Overlay {
  ask: Ask;
  plan(steps: Step[], label: string, asker: Asker): void;
  readonly plannedBy: string | undefined;
}

export function openOverlay(ask: Ask): Overlay {
  let plannedBy: string | undefined;
  return {
    ask,
    plan(steps, label) {
      if (steps.some((step) => step.kind === 'run' && !step.touches)) plannedBy ??= label;
    },
    get plannedBy() {
      return plannedBy;
    },
  };
}
