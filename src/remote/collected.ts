/** Output of one request: kept whole up to a limit, beyond it the first and the last part. */
export interface Collected {
  add(bytes: Buffer): void;
  /** All of it; where something was left out, a line in the middle says how much. */
  bytes(): Buffer;
}

/** Holds at most `limit` bytes, however much comes. */
export function collect(limit: number): Collected {
  const half = Math.floor(limit / 2);
  const head: Buffer[] = [];
  let headLength = 0;
  let tail: Buffer[] = [];
  let tailLength = 0;
  let left = 0;

  function keepTail(bytes: Buffer): void {
    tail.push(bytes);
    tailLength += bytes.length;
    while (tailLength - tail[0]!.length >= half) {
      const first = tail.shift()!;
      tailLength -= first.length;
      left += first.length;
    }
  }

  return {
    add(bytes) {
      const room = half - headLength;
      if (room > 0) {
        const part = bytes.subarray(0, room);
        head.push(part);
        headLength += part.length;
      }
      if (bytes.length > room) keepTail(bytes.subarray(Math.max(room, 0)));
    },
    bytes() {
      if (left === 0) return Buffer.concat([...head, ...tail]);
      const note = Buffer.from(`\n[... ${left} bytes of output left out ...]\n`);
      tail = [Buffer.concat(tail)];
      return Buffer.concat([...head, note, ...tail]);
    },
  };
}
