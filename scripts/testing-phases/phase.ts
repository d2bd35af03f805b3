/** How many tests of a phase ended how. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** One part of `npm test`. */
export interface Phase {
  name: string;
  run(): Promise<Counts>;
}

export function addCounts(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The counts of something that is one test in itself. */
export function oneTest(well: boolean): Counts {
  return { passed: well ? 1 : 0, failed: well ? 0 : 1, skipped: 0 };
}

/** Runs a phase and prints how it ended; one that throws has failed. */
export async function runPhase(phase: Phase): Promise<Counts> {
  const startedAt = performance.now();
  console.log(`${phase.name} …`);
  const counts = await phase.run().catch((error: Error) => {
    console.log((error.stack ?? error.message).replace(/^/gm, '    '));
    return oneTest(false);
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const mark = counts.failed === 0 ? '✓' : '✗';
  console.log(
    `${mark} ${phase.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds} s)\n`,
  );
  return counts;
}
