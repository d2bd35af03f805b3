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
