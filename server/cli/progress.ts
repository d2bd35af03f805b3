/** Prints what happens while the program starts, one line for each finished step, with the time it took. */
export interface Progress {
  step<T>(name: string, work: () => Promise<T>, detail?: (result: T) => string): Promise<T>;
  /** Shows what is under way until the next line; to a terminal only, where it can be taken away again. */
  begin(text: string): void;
  line(text: string): void;
}

/** A terminal's width in characters, which some do not tell; undefined where the output goes somewhere else. */
const terminalWidth = () => (process.stdout.isTTY ? process.stdout.columns || 80 : undefined);

/** Progress on standard output; what is done is marked with a tick. */
export function createProgress(
  write: (text: string) => void = (text) => process.stdout.write(text),
  width: () => number | undefined = terminalWidth,
): Progress {
  let underWay = false;
  const clear = () => {
    if (underWay) write('\r\u001b[K');
    underWay = false;
  };
  const begin = (text: string) => {
    clear();
    const most = width();
    if (most === undefined) return;
    // A line that is broken into two could not be taken away.
    write(`  … ${text}`.slice(0, most - 1));
    underWay = true;
  };
  return {
    async step(name, work, detail) {
      const startedAt = performance.now();
      begin(name);
      const result = await work().finally(clear);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      const more = detail?.(result) ?? '';
      write(`  ✓ ${name}${more === '' ? '' : `: ${more}`} (${seconds} s)\n`);
      return result;
    },
    begin,
    line: (text) => {
      clear();
      write(`${text}\n`);
    },
  };
}
