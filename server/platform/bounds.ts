import { AsyncLocalStorage } from 'node:async_hooks';
import { commonProblems, type Problem } from './problem.ts';

/** What bounds the work under way; transactions ask for it, however deep they are called. */
interface Bounds {
  /** Long work, such as an import: how long each statement of a transaction may take instead of the usual limit. */
  statementTimeoutMs?: number;
  /** A request: whether whoever asked was told that it is given up, and whether a change of it was sent to be kept. */
  request?: RequestBounds;
}

/** How a request stands to its time limit. */
export interface RequestBounds {
  givenUp: boolean;
  committed: boolean;
}

const bounds = new AsyncLocalStorage<Bounds>();

/** Runs work, and all that it starts, with another limit for the statements of its transactions. */
export function withStatementLimit<T>(statementTimeoutMs: number, work: () => T): T {
  return bounds.run({ statementTimeoutMs }, work);
}

/** Runs the handling of a request: once it is given up, no transaction of it begins or commits any more. */
export function boundRequest(request: RequestBounds, work: () => void): void {
  bounds.run({ request }, work);
}

/** The limit for statements of a transaction that begins now; undefined is the connection's own. */
export function statementLimit(): number | undefined {
  return bounds.getStore()?.statementTimeoutMs;
}

/** Throws when the request that this is done for was given up. */
export function refuseGivenUp(): void {
  const request = bounds.getStore()?.request;
  if (request?.givenUp) throw commonProblems['timed-out']();
}

/** The last moment before a commit is sent: throws when the request was given up, and notes that a change is on its way. */
export function noteCommit(): void {
  refuseGivenUp();
  const request = bounds.getStore()?.request;
  if (request !== undefined) request.committed = true;
}

/** What to say of a request that took too long: only what nothing was kept of can just be tried again. */
export function tookTooLong(request: RequestBounds | undefined): Problem {
  return request?.committed ? commonProblems['outcome-unknown']() : commonProblems['timed-out']();
}
