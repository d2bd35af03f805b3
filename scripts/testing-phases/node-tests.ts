import { relative } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import { root } from '../checks/project-files.ts';
import type { Counts } from './phase.ts';

const longestTestMs = 400_000;

/**
 * Runs test files with node:test, each in a process of its own; prints failures only, and what was skipped and why.
 * After `timeoutMs` the files still running are ended and count as failed: a file whose tests are over but whose
 * process does not end is nobody's test, so that no time-out of a test ends it.
 */
export async function runNodeTests(
  files: string[],
  options: { atOnce: number; timeoutMs: number },
): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  if (files.length === 0) return counts;
  const stream = run({
    files,
    concurrency: options.atOnce,
    timeout: longestTestMs,
    isolation: 'process',
    signal: AbortSignal.timeout(options.timeoutMs),
  });
  const skips = new Map<string, number>();
  for await (const event of stream) {
    if (event.type === 'test:fail' && !isFileOfFailures(event.data)) printFailure(event.data);
    if (event.type === 'test:pass' && typeof event.data.skip === 'string' && event.data.skip !== '')
      skips.set(event.data.skip, (skips.get(event.data.skip) ?? 0) + 1);
    if (event.type === 'test:summary' && event.data.file === undefined) {
      counts.passed += event.data.counts.passed;
      counts.failed += event.data.counts.failed + event.data.counts.cancelled;
      counts.skipped += event.data.counts.skipped + event.data.counts.todo;
      if (!event.data.success && counts.failed === 0) counts.failed = 1;
    }
  }
  for (const [reason, times] of skips) console.log(`    skipped ${times}: ${reason}`);
  return counts;
}

interface Failure {
  name: string;
  file?: string;
  line?: number;
  details: { error: Error & { failureType?: string } };
}

/** A file is reported as failed as well when only tests in it have failed. */
function isFileOfFailures(data: Failure): boolean {
  return data.details.error.failureType === 'subtestsFailed';
}

function printFailure(data: Failure): void {
  const where = data.file === undefined ? '' : `${relative(root, data.file)}:${data.line ?? 1}`;
  console.log(`    ✗ ${data.name}  (${where})`);
  const cause = data.details.error.cause ?? data.details.error;
  const text = typeof cause === 'string' ? cause : inspect(cause, { depth: 4 });
  console.log(text.split('\n').slice(0, 40).join('\n').replace(/^/gm, '        '));
}
