import type { Readable, Writable } from 'node:stream';

/** One program running on the host. */
export interface ExecChannel {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** Settles once when the program ended or the connection was lost; never rejects. */
  closed: Promise<{ code?: number; signal?: string; lost?: string }>;
  /** Ends standard input and the channel at once; the loop's watchdog then ends what still runs. */
  close(): void;
}

/** A standing connection to a host: opens channels, nothing else. */
export interface Connection {
  /** Runs a command line by the login user's shell. */
  exec(command: string): Promise<ExecChannel>;
  /** Ends the connection in order. */
  close(): Promise<void>;
  /**
   * Ends the connection behind what was written, without waiting for the host; missing where the end must be waited
   * for. What is on its way may be lost, so this is for a host on which only reads were made.
   */
  leave?(): Promise<void>;
  /** Settles when the connection is gone, with the reason where it was not `close`. */
  readonly gone: Promise<string | undefined>;
}

/** The host cannot be reached or refuses us: its tasks end, other hosts go on. */
export class UnreachableError extends Error {
  /** What a person can do about it. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'UnreachableError';
    this.hint = hint;
  }
}
