const drainWithinMs = 9_500;

/**
 * Waits for Ctrl-C or SIGTERM, then runs `stop` and ends the process: with code 0 when drained, 1 when that took longer
 * than 9.5 s, 130 when a second signal did not want to wait.
 */
export function untilStopped(stop: (reason: string) => Promise<void>): {
  end(reason: string, code: number): void;
} {
  let ending = false;
  const end = (reason: string, code: number) => {
    if (ending) process.exit(code === 0 ? 130 : code);
    ending = true;
    const late = setTimeout(() => {
      process.stderr.write('Fairlead did not drain in time and ends now.\n');
      process.exit(1);
    }, drainWithinMs);
    stop(reason).then(
      () => process.exit(code),
      (error: Error) => {
        clearTimeout(late);
        process.stderr.write(`Fairlead did not stop cleanly: ${error.message}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(signal, 0));
  return { end };
}
