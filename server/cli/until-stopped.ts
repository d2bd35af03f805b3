const drainWithinMs = 9_500;
/** Under npm one Ctrl-C arrives twice: from the terminal and passed on by npm. */
const sameSignalMs = 700;

/** How a running program ends. */
export interface Lifecycle {
  end(reason: string, code: number): void;
  isEnding(): boolean;
}

/**
 * Waits for Ctrl-C or SIGTERM, then runs `stop` and ends the process: with code 0 when drained, 1 when that took longer
 * than 9.5 s, 130 when a second signal did not want to wait. Where it does not wait, `ends` are called on the way out.
 */
export function untilStopped(stop: (reason: string) => Promise<void>, ends: (() => void)[] = []): Lifecycle {
  let endingSince: number | undefined;
  const exitNow = (code: number) => {
    for (const one of ends) one();
    process.exit(code);
  };
  const end = (reason: string, code: number) => {
    if (endingSince !== undefined) {
      if (code !== 0 || performance.now() - endingSince > sameSignalMs) exitNow(code === 0 ? 130 : code);
      return;
    }
    endingSince = performance.now();
    const late = setTimeout(() => {
      process.stderr.write('Fairlead did not drain in time and ends now.\n');
      exitNow(1);
    }, drainWithinMs);
    stop(reason).then(
      () => process.exit(code),
      (error: Error) => {
        clearTimeout(late);
        process.stderr.write(`Fairlead did not stop cleanly: ${error.message}\n`);
        exitNow(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(signal, 0));
  return { end, isEnding: () => endingSince !== undefined };
}
