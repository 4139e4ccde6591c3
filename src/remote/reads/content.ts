import { randomBytes } from 'node:crypto';
import { shellQuote } from '../../lib/shell.ts';
import { TaskFailure } from '../../module/plan.ts';
import { definePrimitive } from '../primitive.ts';

// A file is held in memory whole, on every host at once.
const BLOCK = 65_536;
const BLOCKS = 512;
const LIMIT = BLOCK * BLOCKS;
const FRESH_SECONDS = 120;

// One after each file. No file can hold it, since it is chosen anew by every start of this program.
const END = randomBytes(16).toString('hex');

/** Whole files, of up to 32 MiB each. */
export const content = definePrimitive('content', {
  script: (asked) =>
    [
      `f() {
if [ ! -e "$1" ]; then printf a
elif [ ! -f "$1" ]; then printf n
elif [ ! -r "$1" ]; then printf r
else printf f; dd if="$1" bs=${BLOCK} count=${BLOCKS} iflag=fullblock 2>/dev/null; fi
printf ${END}
}`,
      ...asked.map(({ path }) => `f ${shellQuote(path)}`),
    ].join('\n'),
  parse({ stdout }, asked) {
    let from = 0;
    return asked.map(({ path }) => {
      const end = stdout.indexOf(END, from);
      if (end < 0) return new TaskFailure(`${path} could not be read`);
      const found = answer(stdout.subarray(from, end), path);
      from = end + END.length;
      return found;
    });
  },
  paths: ({ path }) => [path],
  alone: ({ fresh }) => (fresh ? { seconds: FRESH_SECONDS } : undefined),
});

function answer(record: Buffer, path: string): Uint8Array | TaskFailure | undefined {
  const bytes = record.subarray(1);
  switch (record.toString('latin1', 0, 1)) {
    case 'a':
      return undefined;
    case 'n':
      return noFile(path);
    case 'r':
      return new TaskFailure(`${path} cannot be read: permission denied (become a user who may)`);
    default:
      if (bytes.length >= LIMIT)
        return new TaskFailure(`${path} is larger than ${LIMIT / 2 ** 20} MiB, too large to be read whole`);
      return bytes;
  }
}

/** What is said of a directory, a device or a pipe whose content is asked for. */
export function noFile(path: string): TaskFailure {
  return new TaskFailure(`${path} is no file, so it has no content`);
}
