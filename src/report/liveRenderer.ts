import { figures, type ListrRenderer, ProcessOutput, Spinner } from 'listr2';
import { type FrameSize, liveFrame } from './liveFrame.ts';
import { type LiveScreen, liveScreen } from './liveScreen.ts';
import type { LivePlay } from './liveState.ts';
import type { Palette } from './palette.ts';

/** What the renderer draws and where. */
export interface LiveRendererOptions {
  play: LivePlay;
  /** What is to stand above the live part for good; called once a frame, empty where there is nothing new. */
  takePermanent: () => string;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  paint: Palette;
  /** Seconds since the epoch. */
  now: () => number;
  /** Told when drawing begins; `end` gives the terminal back at once. */
  onStart: (end: () => void) => void;
}

// About 12 frames a second: enough for a spinner, little to send over a slow line.
const FRAME_MILLISECONDS = 80;

/**
 * Draws a play for listr2, whose own renderer lets a list that is taller than the terminal scroll away
 * (https://github.com/listr2/listr2/issues/720) and draws at every change. This one shows a window and draws at a
 * steady pace. What others print meanwhile is kept by listr2 until the end.
 */
export class LiveRenderer implements ListrRenderer {
  // It is only chosen where there is a terminal, which need not be the process's own.
  static nonTTY = true;
  static rendererOptions: LiveRendererOptions;
  static rendererTaskOptions: Record<string, never> = {};

  readonly #options: LiveRendererOptions;
  readonly #output: ProcessOutput;
  readonly #screen: LiveScreen;
  readonly #spinner = new Spinner();
  readonly #redraw = () => this.#draw();

  constructor(_tasks: unknown, options: LiveRendererOptions) {
    this.#options = options;
    this.#output = new ProcessOutput(options.stdout, options.stderr, { leaveEmptyLine: false });
    this.#screen = liveScreen(
      (text) => this.#output.toStdout(text, false),
      () => this.#size().columns,
    );
  }

  render(): void {
    this.#output.hijack();
    this.#options.stdout.on('resize', this.#redraw);
    this.#spinner.start(this.#redraw, FRAME_MILLISECONDS);
    this.#draw();
    this.#options.onStart(() => this.end());
  }

  end(): void {
    if (!this.#spinner.isRunning()) return;
    this.#spinner.stop();
    this.#options.stdout.off('resize', this.#redraw);
    this.#screen.clear(this.#options.takePermanent());
    this.#output.release();
  }

  #size(): FrameSize {
    const { columns, rows } = this.#options.stdout;
    return { columns: columns || 80, rows: rows || 24 };
  }

  #draw(): void {
    const { play, paint, now, takePermanent } = this.#options;
    const look = {
      paint,
      spinner: this.#spinner.fetch(),
      tick: figures.tick,
      cross: figures.cross,
      ellipsis: '…',
    };
    this.#screen.draw(takePermanent(), liveFrame(play, this.#size(), now(), look));
  }
}
