import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { webApiVersion } from '#contract/web-api.ts';
import { employeeInputOf, generatePerson } from '#modules/payroll/index.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { openWebApi, type WebApiBench } from '#testing/web-api.ts';
import { openapiDocument } from './openapi-document.ts';

let t: TestDatabase;
let bench: WebApiBench;
let port: number;
const employee = employeeInputOf(generatePerson(3, 1));
const one = '/v1/employees/KOW01/10042';

before(async () => {
  t = await openTestDatabase();
  bench = await openWebApi(t);
  const address = await bench.server.app.listen({ port: 0, host: '127.0.0.1' });
  port = Number(new URL(address).port);
});
after(async () => {
  await bench?.close();
  await t?.close();
});

/** Says bytes and reads the whole answer. */
async function say(bytes: string): Promise<{ status: number; headers: Map<string, string>; body: string }> {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  let heard = '';
  for await (const piece of socket.on('error', () => {})) heard += piece;
  const [head = '', ...body] = heard.split('\r\n\r\n');
  const [status = '', ...lines] = head.split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  return { status: Number(status.split(' ')[1]), headers, body: body.join('\r\n\r\n') };
}

test('a number in a query is decimal digits and nothing else, and an empty one is not zero', async () => {
  for (const path of ['/v1/events?after=', '/v1/events?limit=', '/v1/employees?limit=']) {
    for (const text of [
      '',
      '0x10',
      '1e2',
      '%205',
      '5%20',
      '+5',
      '-1',
      '1.0',
      '5n',
      'NaN',
      '٣',
      '99999999999999999999',
    ])
      assert.deepEqual(
        await bench
          .call('GET', `${path}${encodeURI(decodeURI(text))}`)
          .then((reply) => [reply.statusCode, reply.json().errors?.[0]?.pointer]),
        [400, `/querystring/${path.split('?')[1]?.slice(0, -1)}`],
        `${path}${text}`,
      );
  }
  assert.equal((await bench.call('GET', '/v1/events?after=0')).json().next > 0, true);
  assert.equal((await bench.call('GET', '/v1/events')).statusCode, 200);
  const { paths } = openapiDocument(bench.server.app) as unknown as {
    paths: Record<string, { get: { parameters: { name: string; schema: object }[] } }>;
  };
  const described = paths['/v1/events']?.get.parameters.find(({ name }) => name === 'limit')?.schema;
  assert.deepEqual(described, { default: 100, type: 'integer', minimum: 1, maximum: 200 });
});

test('a known address answers a method that it does not take by 405 with Allow, and OPTIONS by 204', async () => {
  const cases: [url: string, allow: string][] = [
    ['/v1/employees', 'GET, HEAD, OPTIONS'],
    [one, 'GET, HEAD, OPTIONS, PUT'],
    [`${one}/`, 'GET, HEAD, OPTIONS, PUT'],
    [`${one}?as_of=2026-01-01`, 'GET, HEAD, OPTIONS, PUT'],
    ['/v1/events', 'GET, HEAD, OPTIONS'],
    ['/docs/guide/start', 'GET, HEAD, OPTIONS'],
  ];
  for (const [url, allow] of cases) {
    for (const method of ['POST', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'QUERY']) {
      const reply = await say(
        `${method} ${url} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: text/xml\r\ncontent-length: 1\r\n\r\nx`,
      );
      assert.deepEqual([reply.status, reply.headers.get('allow')], [405, allow], `${method} ${url}`);
      assert.equal(JSON.parse(reply.body).code, 'method-not-allowed');
    }
    const options = await bench.call('OPTIONS', url);
    assert.deepEqual([options.statusCode, options.headers.allow, options.body], [204, allow, '']);
  }
  for (const method of ['GET', 'POST', 'OPTIONS'])
    assert.equal((await bench.call(method, '/v1/nothing')).statusCode, 404, method);
  assert.equal((await say('OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).status, 204);
});

test('every answer has a request id, the version and the headers that protect it, whatever was asked', async () => {
  const asked: [bytes: string, status: number][] = [
    [`GET /v1/employees/KOW01/% HTTP/1.1`, 400],
    [`GET /v1/employees/KOW01/%zz HTTP/1.1`, 400],
    [`GET /v1/employees/KOW01/%ff HTTP/1.1`, 400],
    [`GET /v1/employees/KOW01/${'9'.repeat(300)} HTTP/1.1`, 400],
    [`BREW /v1/employees HTTP/1.1`, 400],
    [`LINK /v1/employees HTTP/1.1`, 405],
    ['GET /v1/employees HTTP/9.9', 400],
    ['GET /v1/nothing HTTP/1.1', 404],
    ['GET /v1/employees HTTP/1.1', 401],
    ['GET /v1/employees HTTP/1.1\r\nexpect: a-miracle', 401],
    ['DELETE /v1/employees HTTP/1.1', 405],
    [`GET /v1/employees?q=${'a'.repeat(20_000)} HTTP/1.1`, 431],
  ];
  for (const [line, expected] of asked) {
    const { status, headers, body } = await say(`${line}\r\nhost: x\r\nconnection: close\r\n\r\n`);
    const what = `${line.slice(0, 60)}: ${status} ${body}`;
    assert.equal(status, expected, what);
    assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/, what);
    const problem = JSON.parse(body);
    assert.deepEqual([problem.status, problem.request_id], [status, headers.get('x-request-id')], what);
    assert.match(problem.request_id, /^req_[0-9a-f]{32}$/, what);
    assert.ok(problem.detail, what);
    assert.equal(headers.get('fairlead-version'), webApiVersion, what);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', what);
    assert.equal(headers.get('content-security-policy'), "frame-ancestors 'self'", what);
    assert.equal(headers.get('cache-control'), 'no-store', what);
  }
});

test('If-Match takes lists and tags that a proxy has weakened by their version, and 412 keeps what others changed', async () => {
  const created = await bench.call('PUT', one, { body: employee });
  assert.equal(created.statusCode, 201, created.body);
  const put = async (ifMatch: string, preferredName: string) => {
    const body = { person: { ...employee.person, preferredName } };
    const reply = await bench.call('PUT', one, { body, headers: { 'if-match': ifMatch } });
    return [reply.statusCode, reply.json().version ?? reply.json().code];
  };
  const etag = String(created.headers.etag);
  const version: number = created.json().version;
  assert.deepEqual(await put(`W/${etag}`, 'A'), [200, version + 1]);
  assert.deepEqual(await put(`W/${etag}`, 'B'), [412, 'version-conflict']);
  assert.deepEqual(await put(`"other", "${version}-00000000",W/"${version + 1}"`, 'B'), [200, version + 2]);
  assert.deepEqual(await put(`"${version}", "${version + 1}"`, 'C'), [412, 'version-conflict']);
  assert.deepEqual(await put('"another-server,s", W/"tag"', 'C'), [412, 'version-conflict']);
  assert.deepEqual(await put('"0"', 'C'), [412, 'version-conflict']);
  for (const unreadable of ['3-5f1c9a20', '"3', 'w/"3"', '"3" "4"', ',', '"3",', '*, "3"'])
    assert.deepEqual(await put(unreadable, 'C'), [400, 'invalid-precondition'], unreadable);
  const gone = await bench.call('PUT', '/v1/employees/KOW01/404', {
    body: employee,
    headers: { 'if-match': '"1", "2"' },
  });
  assert.deepEqual([gone.statusCode, gone.json().code], [412, 'employee-missing']);
});

test('an answer with a strong ETag is never transformed on its way, and none is for a caller who wishes so', async () => {
  const read = await bench.call('GET', one, { headers: { 'accept-encoding': 'gzip' } });
  assert.match(String(read.headers['cache-control']), /no-transform/);
  assert.match(String(read.headers.etag), /^"/);
  const long = (cacheControl: string) =>
    bench.server.as(null).get('/v1/openapi.json', undefined, {
      'accept-encoding': 'gzip',
      'cache-control': cacheControl,
    });
  assert.equal((await long('max-age=0')).headers['content-encoding'], 'gzip');
  assert.equal((await long('max-age=0, no-transform')).headers['content-encoding'], undefined);
});

test('what is said to a system is for systems, and places are spoken of where there are some', async () => {
  const bare = await bench.server.as(null).get('/v1/employees');
  assert.equal(bare.json().code, 'api-key-missing');
  assert.doesNotMatch(bare.body, /sign/i);
  assert.match(bare.json().detail, /Authorization: Bearer/);
  const json = { 'content-type': 'application/json' };
  const malformed = await bench.call('PUT', one, { body: '{', headers: json });
  assert.equal(malformed.json().errors, undefined);
  assert.doesNotMatch(malformed.json().detail, /errors/);
  const unknown = await bench.call('PUT', one, { body: { shoeSize: 44 } });
  assert.match(unknown.json().detail, /named in errors/);
  const nul = await bench.call('PUT', one, {
    body: { person: { ...employee.person, legalLastName: 'a\0b' } },
  });
  assert.equal(nul.json().errors[0].pointer, '/person/legalLastName');
});

test('the description says one thing of each status that a fault of ours has', () => {
  const { paths } = openapiDocument(bench.server.app) as unknown as {
    paths: Record<string, Record<string, { responses: Record<string, { description: string }> }>>;
  };
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    assert.equal(operation.responses['5XX'], undefined);
    const said = ['500', '503', '504'].map((status) =>
      /nothing was changed/.test(operation.responses[status]?.description ?? ''),
    );
    assert.deepEqual(said, [false, true, false]);
  }
});
