import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';

/** An answer as it came over the wire. */
export interface WireAnswer {
  status: number;
  type: string;
  text: string;
}

/** Sends a request as given and reads the answer, also one that comes before the body is through. */
export function ask(
  base: string,
  method: string,
  path: string,
  options: { body?: string | Buffer; headers?: Record<string, string>; chunked?: boolean } = {},
): Promise<WireAnswer> {
  const { body, headers = {}, chunked = false } = options;
  return new Promise((resolve, reject) => {
    let answered = false;
    const { hostname, port } = new URL(base);
    const agent = new Agent({ keepAlive: true });
    const outgoing = request({
      hostname,
      port,
      path,
      method,
      agent,
      headers: {
        ...(body === undefined || chunked ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        ...headers,
      },
    });
    outgoing.setTimeout(20_000, () => outgoing.destroy(new Error(`${method} ${path} was not answered`)));
    outgoing.on('error', (error) => answered || reject(error));
    outgoing.on('response', (incoming) => {
      answered = true;
      let text = '';
      incoming.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      const done = () => {
        agent.destroy();
        resolve({ status: incoming.statusCode ?? 0, type: incoming.headers['content-type'] ?? '', text });
      };
      incoming.on('end', done).on('error', done);
    });
    outgoing.end(body);
  });
}

/** Checks that an answer is the documented problem, and nothing of the machinery shows in it. */
export function isProblem(answer: WireAnswer, status: number, code: string, what: string) {
  assert.equal(answer.status, status, `${what}: ${answer.text.slice(0, 500)}`);
  assert.match(answer.type, /^application\/problem\+json/, what);
  const problem = JSON.parse(answer.text) as {
    code: string;
    detail?: string;
    errors?: { pointer: string }[];
  };
  assert.equal(problem.code, code, what);
  assert.ok(problem.detail, `${what}: it says how to mend it`);
  assert.doesNotMatch(
    answer.text,
    /\bat .*\.(ts|js):\d+|node_modules|node:internal|select |insert into/,
    what,
  );
  return problem;
}
