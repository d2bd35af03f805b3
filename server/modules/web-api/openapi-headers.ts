import type { Json } from '#platform/json.ts';

type JsonObject = { [key: string]: Json | undefined };

interface HeaderWords {
  name: string;
  description: string;
  example: string;
}

/** Headers of a request, by their name in lower case. The first two are read by every operation. */
const requestHeaders = {
  'fairlead-version': {
    name: 'Fairlead-Version',
    description: 'Refuses the call when it would be answered by another version of the Web API.',
    example: '2026-11-01',
  },
  'fairlead-environment': {
    name: 'Fairlead-Environment',
    description: '`sandbox` or `production`: refuses the call when the key opens the other one.',
    example: 'sandbox',
  },
  'if-match': {
    name: 'If-Match',
    description:
      'The ETag of your last read: what has changed since is answered 412 and not overwritten. A list of ETags means any of them; tags that a proxy has marked as weak (`W/`) count by their version. `*`: only an employee that exists.',
    example: '"3-5f1c9a20"',
  },
  'if-none-match': {
    name: 'If-None-Match',
    description:
      'With GET the ETag of your last read: 304 when nothing has changed. With PUT `*`: only creates, 412 when there is such an employee.',
    example: '"3-5f1c9a20"',
  },
} as const satisfies Record<string, HeaderWords>;

/** Headers of an answer, by their name in lower case. */
const answerHeaders = {
  'x-request-id': {
    name: 'X-Request-Id',
    description: 'Names this call; give it when you ask for help.',
    example: 'req_019ac0ffee',
  },
  'fairlead-version': {
    name: 'Fairlead-Version',
    description: 'The version of the Web API that answered.',
    example: '2026-11-01',
  },
  'cache-control': { name: 'Cache-Control', description: 'Whether it may be kept.', example: 'no-store' },
  'ratelimit-policy': {
    name: 'RateLimit-Policy',
    description: 'What is allowed: `q` calls in `w` seconds, by policy.',
    example: '"burst";q=6000;w=6, "daily";q=20000;w=86400',
  },
  ratelimit: {
    name: 'RateLimit',
    description:
      'What is left: `r` calls, whole again in `t` seconds. Not sent when the key itself was refused.',
    example: '"burst";r=5999;t=1, "daily";r=18230;t=40210',
  },
  etag: {
    name: 'ETag',
    description:
      'The version of the employee and a digest of what you see of it; send it back as If-Match or If-None-Match.',
    example: '"3-5f1c9a20"',
  },
  location: {
    name: 'Location',
    description: 'Where the employee that was created is read.',
    example: '/v1/employees/KW/10042',
  },
  link: {
    name: 'Link',
    description: 'The next page, with `rel="next"`; absent on the last one.',
    example: '</v1/employees?limit=100&cursor=…>; rel="next"',
  },
  'retry-after': {
    name: 'Retry-After',
    description: 'Seconds to wait before the next call.',
    example: '2',
  },
  'www-authenticate': {
    name: 'WWW-Authenticate',
    description: 'What kind of credential is missing or was refused (RFC 6750).',
    example: 'Bearer error="invalid_token"',
  },
} as const satisfies Record<string, HeaderWords>;

export type RequestHeader = keyof typeof requestHeaders;
export type AnswerHeader = keyof typeof answerHeaders;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Headers of the request that the route reads besides those that all of /v1 do. */
    reads?: RequestHeader[];
    /** Headers that an answer of this status may carry besides those that all of /v1 do. */
    sends?: Record<string, AnswerHeader[]>;
  }
}

const always: AnswerHeader[] = ['x-request-id', 'fairlead-version', 'cache-control'];
const admitted: AnswerHeader[] = ['ratelimit-policy', 'ratelimit'];

/** The headers that an operation reads, as parameters of its description. */
export function headerParameters(reads: RequestHeader[] = []): JsonObject[] {
  return (['fairlead-version', 'fairlead-environment', ...reads] as const).map((header) => {
    const { name, description, example } = requestHeaders[header];
    return { name, in: 'header', required: false, description, schema: { type: 'string' }, example };
  });
}

/** The headers of an answer: those of every answer, which are always sent, and those that may come. */
export function headersOfAnswer(sends: AnswerHeader[] = [], status = '200'): JsonObject {
  const beyond = status === '401' || status === '403' ? [] : admitted;
  return Object.fromEntries(
    [...always, ...beyond, ...sends].map((header) => [
      answerHeaders[header].name,
      { $ref: `#/components/headers/${answerHeaders[header].name}` },
    ]),
  );
}

/** Every header of an answer, described once. */
export function headerComponents(): JsonObject {
  return Object.fromEntries(
    Object.entries(answerHeaders).map(([header, { name, description, example }]) => [
      name,
      {
        description,
        required: (always as string[]).includes(header),
        schema: { type: 'string' },
        example,
      },
    ]),
  );
}
