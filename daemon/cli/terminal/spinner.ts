import type { Io } from './io.ts';
import { wantsColour } from './io.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** A wait shorter than this is not worth a flicker. */
const QUIET_MS = 150;
const FRAME_MS = 80;
const CLEAR_LINE = '\r\u001b[K';

/** Shows on a terminal that `work` takes its time, and leaves no trace of it. */
export async function withSpinner<T>(io: Io, text: string, work: () => Promise<T>): Promise<T> {
  if (!wantsColour(io, io.stderr)) return await work();
  let frame = 0;
  let shown = false;
  const draw = () => {
    shown = true;
    io.stderr.write(`${CLEAR_LINE}${FRAMES[frame % FRAMES.length]} ${text}`);
    frame += 1;
  };
  let ticking: NodeJS.Timeout | undefined;
  const waiting = setTimeout(() => {
    draw();
    ticking = setInterval(draw, FRAME_MS);
  }, QUIET_MS);
  try {
    return await work();
  } finally {
    clearTimeout(waiting);
    clearInterval(ticking);
    if (shown) io.stderr.write(CLEAR_LINE);
  }
}
