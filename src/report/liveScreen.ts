/** The part of a terminal below everything that stays: it is drawn over and over. */
export interface LiveScreen {
  /** Puts `permanent` (whole lines with newlines, or nothing) above the live part, and draws that anew. */
  draw(permanent: string, frame: string[]): void;
  /** Takes the live part away. */
  clear(permanent: string): void;
}

// Frames must not be torn (terminals without synchronized output pass this over), and no line may wrap into two:
// https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036
const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';
const NO_WRAP = '\x1b[?7l';
const WRAP = '\x1b[?7h';
const CLEAR_BELOW = '\x1b[J';

/** A live part at the end of what `write` wrote; `columns` gives the terminal's width now. */
export function liveScreen(write: (text: string) => void, columns: () => number): LiveScreen {
  let drawn: string[] = [];
  let drawnColumns = columns();

  function draw(permanent: string, frame: string[]): void {
    const same = frame.length === drawn.length && frame.every((line, i) => line === drawn[i]);
    if (permanent === '' && same && columns() === drawnColumns) return;
    const body = frame.length > 0 ? `${NO_WRAP}${frame.join('\n')}\n${WRAP}` : '';
    write(`${BEGIN}${backToStart(drawn, drawnColumns, columns())}${CLEAR_BELOW}${permanent}${body}${END}`);
    drawn = frame;
    drawnColumns = columns();
  }

  return { draw, clear: (permanent) => draw(permanent, []) };
}

// A terminal that has become narrower has broken long lines into several.
function backToStart(drawn: string[], drawnColumns: number, columns: number): string {
  const height = drawn.reduce((sum, line) => {
    const width = Math.min(drawnColumns, visibleWidth(line));
    return sum + Math.max(1, Math.ceil(width / columns));
  }, 0);
  return height > 0 ? `\r\x1b[${height}A` : '\r';
}

function visibleWidth(line: string): number {
  return [...line.replace(/\x1b\[[0-9;]*m/g, '')].length;
}
