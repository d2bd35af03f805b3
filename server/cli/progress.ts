/** Prints what happens while the program starts, one line for each finished step, with the time it took. */
export interface Progress {
  step<T>(name: string, work: () => Promise<T>, detail?: (result: T) => string): Promise<T>;
  line(text: string): void;
}

/** Progress on standard output; what is done is marked with a tick. */
export function createProgress(
  write: (text: string) => void = (text) => process.stdout.write(text),
): Progress {
  return {
    async step(name, work, detail) {
      const startedAt = performance.now();
      const result = await work();
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      const more = detail?.(result) ?? '';
      write(`  ✓ ${name}${more === '' ? '' : `: ${more}`} (${seconds} s)\n`);
      return result;
    },
    line: (text) => write(`${text}\n`),
  };
}
