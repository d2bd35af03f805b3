import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { newRequestId } from '#platform/ids.ts';
import { commonProblems, type Problem } from '#platform/problem.ts';
import { headersOfUnread } from './answer-headers.ts';

/** Answers bytes that no request could be made of, which no route and no hook ever sees, and closes the connection. */
export function refuseHttp(protection: Record<string, string>) {
  return (error: Error & { code?: string }, socket: Socket): void => refuse(error, socket, protection);
}

function refuse(error: Error & { code?: string }, socket: Socket, protection: Record<string, string>): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem = problemOf(error.code ?? '');
  const { status, code, title } = problem;
  const detail = [problem.detail, problem.mend].filter(Boolean).join(' ');
  const requestId = newRequestId();
  const body = JSON.stringify({
    type: `/docs/problems#${code}`,
    title,
    status,
    detail,
    code,
    request_id: requestId,
  });
  const headers = { ...protection, ...headersOfUnread('/v1', requestId) };
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function problemOf(code: string): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return commonProblems['too-slow']();
  if (code === 'HPE_INVALID_METHOD')
    return commonProblems['invalid-request']({ detail: 'The request has a method that HTTP does not know.' });
  if (code === 'HPE_HEADER_OVERFLOW') return commonProblems['headers-too-large']();
  return commonProblems['invalid-request']({ detail: 'What was sent is no HTTP request.' });
}

/** A request names the host it is meant for once (RFC 9112, 3.2): what stands between us and a client may read another one. */
export function refuseUnclearHost({ raw }: FastifyRequest): void {
  const hosts = raw.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts === 1 || (hosts === 0 && raw.httpVersion === '1.0')) return;
  throw commonProblems['invalid-request']({ detail: 'A request has one Host header.' });
}
