import type { Reads } from '../module/reads.ts';

type Argument<N extends keyof Reads> = Parameters<Reads[N]>[0];
type Answer<N extends keyof Reads> = Awaited<ReturnType<Reads[N]>>;

/** What came back for one primitive's script. */
export interface Answered {
  rc: number;
  stdout: Buffer;
  stderr: Buffer;
}

/**
 * How a named read is done on a host. All askings that wait at the same time are answered by ONE script, with as
 * few forks as there are kinds of things to look at, not as there are things.
 */
export interface Primitive<N extends keyof Reads> {
  /** POSIX shell text that looks and prints; it runs in a subshell of its own and writes nothing. */
  script(asked: Argument<N>[]): string;
  /** Bytes for the script's standard input (secrets, bodies). */
  stdin?(asked: Argument<N>[]): Uint8Array | undefined;
  /** The answers, in the order asked. May throw UnknownAnswer or TaskFailure for one by returning it as a value. */
  parse(answered: Answered, asked: Argument<N>[]): (Answer<N> | Error)[];
  /** Paths whose change makes an answer stale; absent: it is stale after any step of unknown reach. */
  paths?(asked: Argument<N>): string[];
  /** Slow or waiting: one asking a frame, and never kept. Gives its time limit in seconds. */
  alone?(asked: Argument<N>): { seconds: number } | undefined;
}

/** Declares a primitive; gives it back unchanged, with its types checked. */
export function definePrimitive<N extends keyof Reads>(_name: N, primitive: Primitive<N>): Primitive<N> {
  return primitive;
}
