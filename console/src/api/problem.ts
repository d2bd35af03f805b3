import { faultIdOf } from './page-fault.ts';

/** An answer from 400 on, as problem details; or no answer at all (status 0). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string | undefined;
  readonly requestId: string | undefined;
  readonly errors: { pointer: string; detail: string }[];

  constructor(status: number, body: Record<string, unknown>) {
    const title = typeof body.title === 'string' ? body.title : 'The server did not answer as expected';
    super(title);
    this.name = 'ApiProblem';
    this.status = status;
    this.title = title;
    this.code = typeof body.code === 'string' ? body.code : 'unknown';
    this.detail = typeof body.detail === 'string' ? body.detail : undefined;
    this.requestId = typeof body.request_id === 'string' ? body.request_id : undefined;
    this.errors = Array.isArray(body.errors) ? body.errors : [];
  }
}

/** There is no connection to the server. */
export function unreachable(): ApiProblem {
  return new ApiProblem(0, {
    title: 'The server cannot be reached',
    detail: 'Check your connection. The page tries again by itself.',
    code: 'unreachable',
  });
}

/** How browsers say that a piece of the application's script is not there. */
const missingPiece =
  /dynamically imported module|importing a module script failed|unable to preload|module script.*MIME/i;

/** The problem behind whatever was thrown, in words for a screen; a fault of the page itself is recorded. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return new ApiProblem(0, {
      title: 'The server takes too long to answer',
      detail: 'What you sent may have arrived: look before you send it again.',
      code: 'timeout',
    });
  if (error instanceof Error && missingPiece.test(error.message))
    return navigator.onLine
      ? new ApiProblem(0, {
          title: 'Fairlead was updated since this page was opened',
          detail: 'A part of it that belongs to the older one is no longer there. Reload the page to go on.',
          code: 'outdated',
        })
      : unreachable();
  return new ApiProblem(0, {
    title: 'Something on this page went wrong',
    detail: `It is a fault of the page, not of what you did. Reload it; if it stays, tell whoever runs this server: fault ${faultIdOf(error)}.`,
    code: 'page-fault',
  });
}
