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

/** The problem behind whatever was thrown, in words for a screen. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof TypeError)
    return new ApiProblem(0, {
      title: 'The server cannot be reached',
      detail: 'Check your connection. The page tries again by itself.',
      code: 'unreachable',
    });
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return new ApiProblem(0, {
      title: 'The server takes too long to answer',
      detail: 'What you sent may have arrived: look before you send it again.',
      code: 'timeout',
    });
  return new ApiProblem(0, {
    title: 'Something on this page went wrong',
    detail: error instanceof Error ? error.message : String(error),
  });
}
