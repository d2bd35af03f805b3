import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { withoutKeys } from '#modules/credentials/index.ts';
import { tookTooLong } from '#platform/bounds.ts';
import { ObjectExpired, ObjectFault } from '#platform/objects.ts';
import { isPassing } from '#platform/passing-fault.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems, Problem, type ProblemError } from '#platform/problem.ts';
import { boundsOf } from './answer-in-time.ts';
import { decoded } from './decoded.ts';

/** The door's one translation of faults into RFC 9457 problem details. Bugs become a 500 that names the request only. */
export function sendProblem(
  platform: Platform,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const problem = toProblem(error, request);
  if (problem.status >= 500)
    platform.log.error(
      { err: error, request_id: request.id, route: request.routeOptions.url },
      'a request failed',
    );
  else if (problem.internal !== undefined)
    platform.log.info({ request_id: request.id, code: problem.code, internal: problem.internal }, 'refused');
  // Closing the connection while the rest of a large body still comes would reset it, and the answer would be lost.
  if (problem.status === 413) reply.removeHeader('connection');
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send({
      type: `/docs/problems#${problem.code}`,
      title: problem.title,
      status: problem.status,
      detail: wordsOf(problem),
      instance: instanceOf(request),
      code: problem.code,
      request_id: request.id,
      ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    });
}

/** Answers an address that no route has. */
export function sendUnknownRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = commonProblems['not-found']();
  return reply
    .code(404)
    .type('application/problem+json')
    .send({
      type: `/docs/problems#${problem.code}`,
      title: problem.title,
      status: 404,
      detail: problem.mend,
      instance: instanceOf(request),
      code: problem.code,
      request_id: request.id,
    });
}

/** What happened, how to fix it, and where, when places are named. */
function wordsOf({ detail, mend, errors }: Problem): string {
  const where = errors?.length ? 'Each place is named in errors.' : undefined;
  return [detail, mend, where].filter(Boolean).join(' ');
}

/** The path that was called, without what looks like a key in it. */
function instanceOf(request: FastifyRequest): string {
  const path = request.url.split('?')[0] ?? '';
  const words = decoded(path);
  const shown = withoutKeys(words);
  return shown === words ? path : shown;
}

const byFastifyCode: Record<string, (message: string) => Problem> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => commonProblems['too-large'](),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => commonProblems['unsupported-media-type'](),
  FST_ERR_CTP_EMPTY_JSON_BODY: () =>
    commonProblems['invalid-request']({ detail: 'The body is empty, but JSON was announced.' }),
  FST_ERR_CTP_INVALID_JSON_BODY: () => commonProblems['invalid-request']({ detail: 'The body is not JSON.' }),
  FST_CP_ERR_INVALID_CONTENT_ENCODING: () =>
    commonProblems['unsupported-media-type']({
      detail:
        'The Content-Encoding is none that is read here; send the body plain, or as gzip, deflate or br.',
    }),
  FST_CP_ERR_INVALID_CONTENT: () =>
    commonProblems['invalid-request']({ detail: 'The body is not what its Content-Encoding says.' }),
  FST_ERR_BAD_URL: () =>
    commonProblems['invalid-request']({ detail: 'The address holds a faulty % escape.' }),
  FST_ERR_MAX_PARAM_LENGTH: () =>
    commonProblems['invalid-request']({ detail: 'A part of the address is longer than any of ours.' }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    commonProblems['invalid-request']({ detail: 'The body is not as long as Content-Length says.' }),
};

function toProblem(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ObjectFault && error.kind !== 'away')
    return commonProblems['file-missing']({ cause: error });
  if (error instanceof ObjectExpired) return commonProblems['file-expired']({ cause: error });
  if (hasZodFastifySchemaValidationErrors(error)) {
    const where = error.validationContext ?? 'request';
    return commonProblems['invalid-request']({
      errors: error.validation
        .flatMap((fault) => pointTo(where === 'body' ? '' : `/${where}`, fault))
        .slice(0, 50),
    });
  }
  if (error instanceof Error) {
    const code = (error as { code?: string }).code ?? '';
    const known = byFastifyCode[code];
    if (known !== undefined) return known(error.message);
    if (error instanceof SyntaxError && (error as { statusCode?: number }).statusCode === 400)
      return commonProblems['invalid-request']({ detail: 'The body is not JSON.' });
    const status = (error as { statusCode?: number }).statusCode;
    if (status !== undefined && status >= 400 && status < 500)
      return commonProblems['invalid-request']({
        detail: 'What was sent cannot be read.',
        internal: error.message,
      });
    const fromDatabase = problemOfDatabase(code, request);
    if (fromDatabase !== undefined) return fromDatabase;
    if (isPassing(error))
      return boundsOf(request)?.committed
        ? commonProblems['outcome-unknown']()
        : commonProblems.unavailable({ cause: error });
  }
  return commonProblems.internal({ cause: error });
}

/** Where a fault of validation lies. An unknown field is its own place: its parent is right but for it. */
function pointTo(
  root: string,
  fault: { instancePath: string; message?: string; params: Record<string, unknown> },
): ProblemError[] {
  const parent = `${root}${fault.instancePath === '/' ? '' : fault.instancePath}`;
  const { keys } = fault.params;
  if (!Array.isArray(keys)) return [{ pointer: parent || '/', detail: fault.message ?? 'is not valid' }];
  return keys.map((key) => ({
    pointer: `${parent}/${String(key).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`,
    detail: 'is not known here; check its spelling or leave it out',
  }));
}

/** A statement cancelled by its limit, a transaction ended for its idleness, a lock not given in time. */
const tooLong = new Set(['57014', '25P03', '25P04', '55P03']);

/** Faults that the database's own constraints found, by SQLSTATE; its text could hold values and stays inside. */
function problemOfDatabase(code: string, request: FastifyRequest): Problem | undefined {
  if (code === '23505') return commonProblems.conflict({ detail: 'Something with this key exists already.' });
  if (code === '22021' || code === '22P05')
    return commonProblems['invalid-request']({
      detail: 'A text holds a character that cannot be stored.',
    });
  if (code === '22003')
    return commonProblems['invalid-request']({ detail: 'A number has more digits than its field holds.' });
  if (code === '22007' || code === '22008')
    return commonProblems['invalid-request']({ detail: 'A date or time is none that the calendar has.' });
  if (tooLong.has(code)) return tookTooLong(boundsOf(request));
  return undefined;
}
