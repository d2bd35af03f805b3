import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Http } from '#platform/http.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { buildHttp } from './open-http.ts';

let t: TestDatabase;
let app: Http;
before(async () => {
  t = await openTestDatabase();
  app = await buildHttp(t.platform, [], {
    authenticator: { person: async () => undefined, credential: async () => assert.fail('not asked for') },
  });
  const config = { access: { public: true as const } };
  app.post('/texts/:name', { config }, async ({ body, query, params }) => ({ body, query, params }));
  app.post('/signed', { config: { ...config, exactTexts: ['/body'] } }, async ({ body }) => body);
});
after(async () => {
  await app?.close();
  await t?.close();
});

const post = (url: string, payload: object | string) =>
  app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } });

test('a character that nobody sees is refused with its place, wherever in a request it stands', async () => {
  const cases: [url: string, body: object | string, pointer: string, character: string][] = [
    ['/texts/a', { person: { names: ['Ana', 'Ta\u0000ne'] } }, '/person/names/1', 'U+0000'],
    ['/texts/a', { note: 'rings\u0007' }, '/note', 'U+0007'],
    ['/texts/a', { note: 'esc\u001b[31m' }, '/note', 'U+001B'],
    ['/texts/a', { note: 'c1\u0085' }, '/note', 'U+0085'],
    ['/texts/a', { name: '\u202eenat' }, '/name', 'U+202E'],
    ['/texts/a', { name: 'a\u2066b' }, '/name', 'U+2066'],
    ['/texts/a', { name: 'a\u2028b' }, '/name', 'U+2028'],
    ['/texts/a', { name: 'a\u2029b' }, '/name', 'U+2029'],
    ['/texts/a', { name: 'a\ufffdb' }, '/name', 'U+FFFD'],
    ['/texts/a', '{"name":"a\\ud83db"}', '/name', 'U+D83D'],
    ['/texts/a', { 'a/b~': { c: '\u0000' } }, '/a~1b~0/c', 'U+0000'],
    ['/texts/a', { deep: { 'na\u200bme': 1 } }, '/deep', 'U+200B'],
    ['/texts/a?search=a%00', {}, '/querystring/search', 'U+0000'],
    ['/texts/a?search=a%0Ab', {}, '/querystring/search', 'U+000A'],
    ['/texts/a?search=%E2%80%AE', {}, '/querystring/search', 'U+202E'],
    ['/texts/a?search=1&search=%E2%80%8B', {}, '/querystring/search/1', 'U+200B'],
    ['/texts/a%E2%80%8Bb', {}, '/params/name', 'U+200B'],
    ['/texts/a%00b', {}, '/params/name', 'U+0000'],
    ['/texts/a%0D%0Ab', {}, '/params/name', 'U+000D'],
  ];
  for (const [url, body, pointer, character] of cases) {
    const reply = await post(url, body);
    const what = `${url} ${JSON.stringify(body)}: ${reply.body}`;
    assert.equal(reply.statusCode, 400, what);
    const { code, errors } = reply.json();
    assert.equal(code, 'invalid-request');
    assert.deepEqual([errors.length, errors[0].pointer], [1, pointer], what);
    assert.ok(errors[0].detail.includes(character), what);
  }
});

test('what people write over several lines stays, in NFC and with LF', async () => {
  const reply = await post('/texts/Ma%CC%84ori?q=e%CC%81', {
    note: 'Kia ora,\r\n\ta\u0304e\rend 👩‍🚒',
    more: { n: 1, yes: true, no: null },
  });
  assert.deepEqual(reply.json(), {
    body: { note: 'Kia ora,\n\tāe\nend 👩‍🚒', more: { n: 1, yes: true, no: null } },
    query: { q: 'é' },
    params: { name: 'Māori' },
  });
});

test('bytes that were signed come through as they were sent', async () => {
  const body = { body: 'a\r\ne\u0301\u202e' };
  assert.deepEqual((await post('/signed', body)).json(), body);
  assert.equal((await post('/signed', { ...body, other: '\u202e' })).statusCode, 400);
});

test('a query that is not UTF-8, and a body nested beyond any document, are refused', async () => {
  for (const query of ['a=%FF', 'a=%zz', 'a=1&%E2%80=2', 'a=%'])
    assert.equal((await post(`/texts/a?${query}`, {})).json().errors[0].pointer, '/querystring', query);
  const deep = await post('/texts/a', `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`);
  assert.equal(deep.statusCode, 400);
  assert.match(deep.json().errors[0].detail, /too deep/);
});
