/** What a channel's stream holds, in order: bytes of the request under way, then a mark that ends it. */
export interface MarkSink {
  data(bytes: Buffer): void;
  /** `status` is what follows the id on the mark's line: an exit code, 'skipped' ... */
  mark(id: string, status: string): void;
}

// A mark's line is `nonce id status`; no longer one is ever written.
const LONGEST_LINE = 200;

/**
 * Splits a stream at the loop's marks (`<nonce> <id> <status>\n`), whatever else is in it and however it is cut into
 * chunks. Gives on at once what can no longer be part of a mark.
 */
export function splitAtMarks(nonce: string, sink: MarkSink): (chunk: Buffer) => void {
  const start = Buffer.from(`${nonce} `);
  let kept: Buffer = Buffer.alloc(0);

  return (chunk) => {
    let rest = kept.length > 0 ? Buffer.concat([kept, chunk]) : chunk;
    for (;;) {
      const at = rest.indexOf(start);
      if (at < 0) break;
      const end = rest.indexOf(0x0a, at + start.length);
      if (end < 0 && rest.length - at < LONGEST_LINE) {
        emit(rest.subarray(0, at));
        kept = rest.subarray(at);
        return;
      }
      emit(rest.subarray(0, at));
      const line = rest.toString('latin1', at + start.length, end);
      const space = line.indexOf(' ');
      sink.mark(line.slice(0, space), line.slice(space + 1));
      rest = rest.subarray(end + 1);
    }
    const safe = rest.length - partialLength(rest, start);
    emit(rest.subarray(0, safe));
    kept = rest.subarray(safe);
  };

  function emit(bytes: Buffer): void {
    if (bytes.length > 0) sink.data(bytes);
  }
}

/** How many bytes at the end of `bytes` could be the beginning of `start`. */
function partialLength(bytes: Buffer, start: Buffer): number {
  for (let length = Math.min(bytes.length, start.length - 1); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(start.subarray(0, length))) return length;
  }
  return 0;
}
