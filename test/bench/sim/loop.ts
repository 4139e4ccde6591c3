import type { Model } from './model.ts';

/** The far side of a channel, as far as the loop uses it. */
export interface Wire {
  out(text: string | Buffer): void;
  err(text: string): void;
  /** Ends the channel, as the program does. */
  exit(code: number): void;
}

const FAREWELL = 'fl_quit bye\n';

/**
 * A simulated host's end of a channel: it speaks as the sh loop of src/remote/loop.ts does, and takes from the model
 * what a shell would answer. Gives the function that takes what comes in. What it cannot do, a step with data for
 * example, ends the channel.
 */
export function simulateLoop(command: string, model: Model, wire: Wire): (bytes: Buffer) => void {
  const token = /echo (\S+?);/.exec(command)?.[1] ?? '';
  let nonce = '';
  let input = '';
  let answered = Promise.resolve();

  wire.out(`${token}\n`);

  const mark = (id: string, status: string) => {
    wire.out(`${nonce} ${id} ${status}\n`);
    wire.err(`${nonce} ${id} ${status}\n`);
  };

  /** Takes one line that is there; undefined while there is none. */
  const line = (): string | undefined => {
    const end = input.indexOf('\n');
    if (end < 0) return undefined;
    const text = input.slice(0, end);
    input = input.slice(end + 1);
    return text;
  };

  const begin = (): boolean => {
    const text = line();
    if (text === undefined) return false;
    nonce = /fl_nonce=(\w+);/.exec(text)?.[1] ?? '';
    if (text.startsWith(`${token} `) && nonce) mark('hello', '0');
    return true;
  };

  const frame = (): boolean => {
    const end = input.indexOf('\n');
    if (end < 0) return false;
    const length = Number(input.slice(0, end).split(' ')[1]);
    if (input.length < end + 1 + length) return false;
    const script = input.slice(end + 1, end + 1 + length);
    input = input.slice(end + 1 + length);
    answered = answered.then(() => perform(script)).catch(() => wire.exit(97));
    return true;
  };

  const perform = async (script: string) => {
    if (script.startsWith(FAREWELL)) {
      mark('bye', '0');
      wire.exit(3);
      return;
    }
    for (const { id, text } of partsOf(script, nonce)) {
      const { rc, stdout, stderr } = await model.answer(text);
      wire.out(stdout);
      if (stderr.length > 0) wire.err(stderr.toString('latin1'));
      mark(id, String(rc));
    }
  };

  return (bytes) => {
    // Latin-1 keeps bytes and characters one to one, as lengths count bytes.
    input += bytes.toString('latin1');
    while (nonce ? frame() : begin());
  };
}

const PART = /([\s\S]*?)\nfl_rc=\$\?\nfl_mark (\d+) "\$fl_rc"\n/y;

/** The parts of a frame, as shell text for a subshell. Throws for what is more than a look. */
function partsOf(script: string, nonce: string): { id: string; text: string }[] {
  const parts: { id: string; text: string }[] = [];
  PART.lastIndex = 0;
  let at = 0;
  for (let match = PART.exec(script); match; match = PART.exec(script)) {
    const text = Buffer.from(match[1]!, 'latin1').toString('utf8');
    if (!text.startsWith('( ') || !text.endsWith('\n) </dev/null')) throw new Error('more than a look');
    parts.push({ id: match[2]!, text });
    at = PART.lastIndex;
  }
  if (script.slice(at) !== `#${nonce}\n`) throw new Error('a frame of another form');
  return parts;
}
