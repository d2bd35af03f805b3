import { ConfigFault } from '#platform/config.ts';
import { describeError } from '#platform/describe-error.ts';
import { SchemaFault } from '#platform/migrate.ts';
import { StartupFault } from '#platform/startup-fault.ts';

/** What to print for an error that ended the program: a plain sentence for what the user can mend, the stack for our own bugs. */
export function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return `Fairlead failed: ${String(error)}`;
  const expected =
    error instanceof StartupFault || error instanceof ConfigFault || error instanceof SchemaFault;
  if (expected) return error.message;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE')
    return `Port ${(error as { port?: number }).port ?? ''} is taken by another program. Stop it, or choose other ports with --port.`;
  if (code === 'ENOSPC') return 'The disk is full. Free some space and start again.';
  if (code === 'EROFS')
    return 'The disk can only be read. Name a folder that can be written to with --data-dir.';
  if (code === '53100') return "The database's disk is full. Free some space and start again.";
  const { type, message, stack } = describeError(error);
  return `Fairlead failed unexpectedly: ${type}: ${message}\n${stack}`;
}

/**
 * From now on a bug that nobody catches is told like any other fault, and `end` is called: Node's own words would hold
 * every property of the error, and so the row that a database refused.
 */
export function endOnBugs(end: () => void): void {
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${describeFault(error)}\n`);
    end();
  });
}
