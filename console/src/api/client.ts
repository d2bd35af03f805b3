import type { z } from 'zod';
import { ApiProblem, unreachable } from './problem.ts';

const timeoutMs = 30_000;

/** Asks the server; fails with the problem "unreachable" when there is no connection, or it breaks midway. */
async function reach(path: string, request: RequestInit): Promise<{ response: Response; text: string }> {
  try {
    const response = await fetch(path, { ...request, credentials: 'same-origin' });
    return { response, text: await response.text() };
  } catch (error) {
    throw error instanceof TypeError ? unreachable() : error;
  }
}

function answerOf({ response, text }: { response: Response; text: string }): unknown {
  const json: unknown =
    text && /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : undefined;
  if (!response.ok) throw new ApiProblem(response.status, (json ?? {}) as Record<string, unknown>);
  return json;
}

async function send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
  const limit = AbortSignal.timeout(timeoutMs);
  const answer = await reach(path, {
    method,
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answerOf(answer);
}

/** Reads and checks an answer against its contract; a page that is older than the server says so in the log only. */
export async function get<S extends z.ZodType>(
  path: string,
  schema: S,
  signal?: AbortSignal,
): Promise<z.output<S>> {
  const answer = await send('GET', path, undefined, signal);
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  console.warn(`${path} does not fit its contract`, parsed.error.issues.slice(0, 5));
  return answer as z.output<S>;
}

/** Sends a change; throws an ApiProblem that names what, where and how to mend it. */
export async function act<T = unknown>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> {
  return (await send(method, path, body ?? (method === 'DELETE' ? undefined : {}))) as T;
}

/** Sends a file as it is, with its own type. */
export async function sendFile(path: string, file: File, type: string): Promise<unknown> {
  const headers = { accept: 'application/json', 'content-type': type };
  return answerOf(await reach(path, { method: 'POST', headers, body: file }));
}

/** A path with its query; what is empty is left out. */
export function withQuery(
  path: string,
  query: Record<string, string | number | boolean | null | undefined>,
): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '') parts.set(name, String(value));
  const text = parts.toString();
  return text ? `${path}?${text}` : path;
}
