import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openLibraryPool } from '#platform/database.ts';
import type { Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import { commonProblems } from '#platform/problem.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { runJobs } from '#testing/jobs.ts';
import { newestMail } from '#testing/outbox.ts';
import { buildHttp } from '../../doors/http/open-http.ts';
import { access, createSignIn } from './index.ts';

let t: TestDatabase;
let app: Http;
const closers: (() => Promise<unknown>)[] = [];

before(async () => {
  t = await openTestDatabase({ http: { trustedProxies: ['127.0.0.1/32'] } });
  closers.push(() => t.close());
  const pool = openLibraryPool(t.ownerUrl, 2);
  closers.push(() => pool.end());
  const signIn = createSignIn(t.platform, pool);
  app = await buildHttp(t.platform, [access], {
    authenticator: {
      person: signIn.person,
      credential: async () => {
        throw commonProblems['signed-out']();
      },
    },
    extend: (door) => signIn.routes(door),
  });
  await app.ready();
  closers.push(() => app.close());
});
after(async () => {
  for (const close of closers.reverse()) await close();
});

const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url, payload, headers });
const ask = (email: string, from = '192.0.2.1') =>
  post('/api/auth/sign-in/magic-link', { email }, { 'x-forwarded-for': from });
const press = (token: string, headers: Record<string, string> = {}) =>
  post('/api/auth/magic-link/verify', { token }, headers);
const look = async (token: string) =>
  (await app.inject({ url: `/api/auth/magic-link/verify?token=${token}` })).json();

async function linkTo(email: string, customerId?: string): Promise<string> {
  const before = await newestMail(t, customerId === undefined ? {} : { customerId }, 'sign-in', email);
  assert.equal((await ask(email)).statusCode, 200);
  await runJobs(t, [access]);
  const mail = await newestMail(t, customerId === undefined ? {} : { customerId }, 'sign-in', email);
  assert.notEqual(mail?.id, before?.id);
  return /token=([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? '';
}

const who = async (cookies: string[]) =>
  (await app.inject({ url: '/api/me', headers: { cookie: cookies.join('; ') } })).statusCode;
const cookiesOf = (answer: Awaited<ReturnType<typeof press>>) =>
  ([answer.headers['set-cookie'] ?? []].flat() as string[]).map((one) => one.split(';')[0] ?? '');

test('opening a link says who one becomes and signs nobody in; only its button does, once', async () => {
  const { customerId } = await makeCustomer(t.platform);
  const person = await makePerson(t.platform, { roles: ['developer'], customerId, name: 'Tui Developer' });
  const token = await linkTo(person.email, customerId);
  for (let scans = 0; scans < 3; scans++) {
    const seen = await app.inject({
      url: `/api/auth/magic-link/verify?token=${token}&callbackURL=/&errorCallbackURL=/`,
    });
    assert.equal(seen.headers['set-cookie'], undefined);
    assert.deepEqual([seen.json().person.name, seen.json().person.email], ['Tui Developer', person.email]);
    assert.match(seen.json().person.customer, /^Customer/);
  }
  const sessions = () => t.owner`select from auth.session where "userId" = ${person.id}`;
  assert.equal((await sessions()).length, 0);
  for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
    assert.equal((await press(token, headers as never)).statusCode, 403, 'another site presses no button');
  const pressed = await press(token);
  assert.equal(pressed.statusCode, 200, pressed.body);
  assert.equal(await who(cookiesOf(pressed)), 200);
  const again = await press(token);
  assert.deepEqual([again.statusCode, again.json().code], [410, 'sign-in-link-over']);
  assert.deepEqual(cookiesOf(again), []);
  assert.deepEqual(await look(token), { state: 'over', person: null });
});

test('a link that is pressed twice at once signs in once', async () => {
  const person = await makePerson(t.platform, { roles: ['support'] });
  const token = await linkTo(person.email);
  const answers = await Promise.all([press(token), press(token), press(token)]);
  assert.deepEqual(answers.map((one) => one.statusCode).sort(), [200, 410, 410]);
});

test('a link and a session from before a person was let go do not come alive when they are let in again', async () => {
  const person = await makePerson(t.platform, { roles: ['support'] });
  const [used, kept] = [await linkTo(person.email), await linkTo(person.email)];
  const session = cookiesOf(await press(used));
  assert.equal(await who(session), 200);
  const admin = await makePerson(t.platform, { roles: ['administrator'] });
  const signed = cookiesOf(await press(await linkTo(admin.email)));
  const change = (active: boolean) =>
    app.inject({
      method: 'PUT',
      url: `/api/people/${showId('per', person.id)}`,
      headers: { cookie: signed.join('; ') },
      payload: { name: 'Back', roles: ['support'], active },
    });
  for (const active of [false, true]) {
    assert.equal((await change(active)).statusCode, 200);
    assert.equal((await press(kept)).json().code, 'sign-in-link-over', `active ${active}`);
    assert.equal(await who(session), 401, `active ${active}`);
  }
  assert.equal(await who(cookiesOf(await press(await linkTo(person.email)))), 200, 'a new link works');
});

/** The rows of every table that asking for a link could touch. */
async function workDone(email: string) {
  const count = async () => {
    const [row] = await t.owner<Record<string, number>[]>`
      select (select count(*)::int from graphile_worker._private_jobs) as jobs,
             (select count(*)::int from access.sign_in_links) as links,
             (select count(*)::int from auth.verification) as verifications,
             (select count(*)::int from platform.audit) as entries,
             (select count(*)::int from mail.outbox) as mails`;
    return row ?? {};
  };
  const statements: string[] = [];
  const { db } = t.platform;
  const begin = db.begin.bind(db);
  db.begin = ((...args: unknown[]) => {
    statements.push('begin');
    return (begin as (...all: unknown[]) => unknown)(...args);
  }) as typeof db.begin;
  const before = await count();
  const answer = await ask(email).finally(() => {
    db.begin = begin as typeof db.begin;
  });
  const now = await count();
  const [job] = await t.owner<{ payload: { email: string } }[]>`
    select payload from graphile_worker._private_jobs order by id desc limit 1`;
  return {
    status: answer.statusCode,
    body: answer.body,
    headers: Object.keys(answer.headers).sort(),
    statements,
    grown: Object.entries(now).map(([name, rows]) => [name, rows - (before[name] ?? 0)]),
    wish: Object.keys(job?.payload ?? {}).sort(),
    isForThem: job?.payload.email === email,
  };
}

test('asking for a link does the same work whether somebody has the address or not: one job, and nothing else', async () => {
  const person = await makePerson(t.platform, { roles: ['support'] });
  const gone = await makePerson(t.platform, { roles: ['support'] });
  await t.owner`update access.people set active = false where id = ${gone.id}`;
  const known = await workDone(person.email);
  assert.deepEqual(
    known.grown.find(([name]) => name === 'jobs'),
    ['jobs', 1],
  );
  assert.equal(
    known.grown.reduce((sum, [, rows]) => sum + Number(rows), 0),
    1,
  );
  assert.deepEqual(await workDone('nobody@nowhere.example'), known);
  assert.deepEqual(await workDone(gone.email), known);
  await runJobs(t, [access]);
  assert.equal(await newestMail(t, {}, 'sign-in', 'nobody@nowhere.example'), undefined);
  assert.equal(await newestMail(t, {}, 'sign-in', gone.email), undefined);
  assert.ok(await newestMail(t, {}, 'sign-in', person.email));
});

test('what an outsider asks for and tries out locks nobody out: neither their address, nor the account', async () => {
  const victim = await makePerson(t.platform, { roles: ['support'] });
  const colleague = await makePerson(t.platform, { roles: ['support'] });
  const outside = '198.51.100.7';
  for (let i = 0; i < 40; i++) {
    assert.equal((await ask(i % 2 === 0 ? victim.email : `made-up-${i}@x.example`, outside)).statusCode, 200);
    if (i % 10 === 0) await runJobs(t, [access]);
    const tried = await post(
      '/api/auth/magic-link/verify',
      { token: `made-up-${i}` },
      { 'x-forwarded-for': outside },
    );
    assert.equal(tried.statusCode, 410);
  }
  await runJobs(t, [access]);
  const mails = await t.platform.db<{ count: number }[]>`
    select count(*)::int as count from access.sign_in_links where person_id = ${victim.id}`;
  assert.ok((mails[0]?.count ?? 99) <= 5, 'the mailbox is not flooded');
  const own = await linkTo(victim.email);
  assert.equal((await press(own)).statusCode, 200, 'from their own address');
  assert.equal((await ask(colleague.email, outside)).statusCode, 200);
  await runJobs(t, [access]);
  assert.ok(await newestMail(t, {}, 'sign-in', colleague.email), 'a colleague at the same address');
});

test('a sign-in leads to a page of this server only, and an address that is none is named', async () => {
  const to = (callbackURL: string) =>
    post('/api/auth/sign-in/magic-link', { email: 'a@b.example', callbackURL });
  assert.equal((await to('https://evil.example/')).statusCode, 403);
  assert.equal((await to('//evil.example/')).statusCode, 403);
  assert.equal((await to('/customers?q=x')).statusCode, 200);
  const wrong = await ask('no address');
  assert.deepEqual([wrong.statusCode, wrong.json().errors[0].pointer], [400, '/email']);
});
