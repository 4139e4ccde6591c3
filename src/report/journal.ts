import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Listener, RunEvent } from '../engine/events.ts';
import { jsonText } from './jsonText.ts';

/** Where a run's events stand below the folder of all runs. */
export const EVENTS_FILE = 'events.jsonl';

const FLUSH_LENGTH = 65_536;

export interface JournalOptions {
  /** The folder of all runs, such as `.flotte/runs`; made where it is missing, for its owner alone. */
  folder: string;
  /** Told once, when the journal cannot be kept; the run goes on. */
  onError: (error: Error) => void;
}

export interface Journal {
  listener: Listener;
  /** Writes what is not yet written. Also safe when the process ends at once. */
  close: () => void;
}

/**
 * Writes a run's events, one JSON object a line, into `FOLDER/ID/events.jsonl` (folder 0700, file 0600). Nothing
 * but the events: any report can be made from them again.
 */
export function journal({ folder, onError }: JournalOptions): Journal {
  let file: number | undefined;
  let waiting = '';
  let scheduled = false;
  // Closed, or given up.
  let over = false;

  function guarded(work: () => void): void {
    if (over) return;
    try {
      work();
    } catch (error) {
      over = true;
      waiting = '';
      onError(error as Error);
    }
  }

  function flush(): void {
    scheduled = false;
    guarded(() => {
      if (file === undefined || waiting === '') return;
      const text = waiting;
      waiting = '';
      writeWhole(file, Buffer.from(text));
    });
  }

  function close(): void {
    flush();
    if (file !== undefined) closeSync(file);
    file = undefined;
    over = true;
  }

  function listener(event: RunEvent): void {
    if (over) return;
    waiting += `${jsonText(event)}\n`;
    if (event.type === 'run-start') guarded(() => (file = openEvents(join(folder, event.id))));
    if (event.type === 'run-end') close();
    else if (waiting.length > FLUSH_LENGTH) flush();
    else if (!scheduled) {
      scheduled = true;
      setImmediate(flush);
    }
  }
  return { listener, close };
}

function openEvents(folder: string): number {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return openSync(join(folder, EVENTS_FILE), 'a', 0o600);
}

function writeWhole(file: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}
