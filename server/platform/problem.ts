/** A fault at one place of the input: a JSON pointer (or column), how to mend it, and the code of the rule if it has one. */
export interface ProblemError {
  pointer: string;
  detail: string;
  code?: string;
}

/** What a module declares for one of its error codes. */
export interface ProblemDefinition {
  status: number;
  title: string;
  mend: string;
}

export type ProblemCatalogue = Record<string, ProblemDefinition>;

interface ProblemParts {
  detail?: string;
  errors?: ProblemError[];
  internal?: string;
  cause?: unknown;
  headers?: Record<string, string>;
}

/** An expected fault: a stable code and public words, apart from the internal detail that only the log sees. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly mend: string;
  readonly detail: string | undefined;
  readonly errors: ProblemError[] | undefined;
  readonly internal: string | undefined;
  readonly headers: Record<string, string>;

  constructor(code: string, definition: ProblemDefinition, parts: ProblemParts = {}) {
    super(parts.detail ?? definition.title, { cause: parts.cause });
    this.name = 'Problem';
    this.code = code;
    this.status = definition.status;
    this.title = definition.title;
    this.mend = definition.mend;
    this.detail = parts.detail;
    this.errors = parts.errors;
    this.internal = parts.internal;
    this.headers = parts.headers ?? {};
  }
}

export type ProblemFactories<C extends ProblemCatalogue> = {
  [K in keyof C]: (parts?: ProblemParts) => Problem;
} & { catalogue: C };

/** Declares a module's error codes; each becomes a function that makes the Problem to throw. */
export function defineProblems<const C extends ProblemCatalogue>(catalogue: C): ProblemFactories<C> {
  const factories: Record<string, unknown> = { catalogue };
  for (const [code, definition] of Object.entries(catalogue)) {
    factories[code] = (parts?: ProblemParts) => new Problem(code, definition, parts);
  }
  return factories as ProblemFactories<C>;
}

/** The codes that every door shares. */
export const commonProblems = defineProblems({
  'not-found': {
    status: 404,
    title: 'There is nothing here, or nothing you may see',
    mend: 'Check the address, and the customer and environment. What your role or API key may not see answers in the same way.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'This address does not take that method',
    mend: 'Use one of the methods in the header Allow.',
  },
  'signed-out': {
    status: 401,
    title: 'You are not signed in',
    mend: 'Sign in and try again.',
  },
  'api-key-missing': {
    status: 401,
    title: 'The API key is missing',
    mend: 'Send the header Authorization: Bearer fl_… with an API key of the environment.',
  },
  forbidden: {
    status: 403,
    title: 'Your role or API key does not allow this',
    mend: 'Ask a person whose role does, or ask for the role; an API key needs the scope that the detail names.',
  },
  'invalid-request': {
    status: 400,
    title: 'The request does not fit its description',
    mend: 'Correct the request and send it again.',
  },
  'too-large': {
    status: 413,
    title: 'The body is too large',
    mend: 'Send less at once, or use a file exchange for bulk data.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The address and headers of the request are too large',
    mend: 'Send less than 16 KB of them: shorten the query, or leave headers and cookies out.',
  },
  'too-slow': {
    status: 408,
    title: 'The request did not arrive in time',
    mend: 'Send it again, whole and without pauses.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is of a kind that is not read here',
    mend: 'Send JSON with the header Content-Type: application/json.',
  },
  conflict: {
    status: 409,
    title: 'That does not fit the present state',
    mend: 'Read the present state and decide again.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    mend: 'Wait as long as Retry-After says.',
  },
  'timed-out': {
    status: 503,
    title: 'This took too long and was given up',
    mend: 'Try again; nothing was changed.',
  },
  'outcome-unknown': {
    status: 504,
    title: 'This took too long, and part of it may have been done',
    mend: 'Look at the present state before you try again.',
  },
  unavailable: {
    status: 503,
    title: 'This cannot be done just now',
    mend: 'Try again in a moment; nothing was changed.',
  },
  'file-missing': {
    status: 503,
    title: 'The file cannot be read from our store just now',
    mend: 'Try again later; the people who run this installation are told. The file itself was accepted and counts.',
  },
  'file-expired': {
    status: 410,
    title: 'The file is not kept any more',
    mend: 'Its time was over, or somebody removed it. What was noted about it stays.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong on our side',
    mend: 'Read the present state before you repeat a change, and give the request id to support if it happens again.',
  },
});

/** What does not exist and what may not be read answer alike. */
export function notFound(internal?: string): Problem {
  return commonProblems['not-found'](internal === undefined ? {} : { internal });
}
