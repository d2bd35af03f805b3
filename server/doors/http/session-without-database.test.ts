import assert from 'node:assert/strict';
import { test } from 'node:test';
import { access, createSignIn, type SignIn } from '#modules/access/index.ts';
import { openDatabase, openLibraryPool } from '#platform/database.ts';
import { openTestDatabase } from '#testing/database.ts';
import { makePerson } from '#testing/factories.ts';
import { buildHttp } from './open-http.ts';

test('whoever is signed in is told that the database is away, not that something is wrong here', async (t) => {
  const database = await openTestDatabase();
  const { platform } = database;
  const pool = openLibraryPool(database.ownerUrl, 2);
  const nowhere = 'postgres://nobody@127.0.0.1:1/nothing';
  const goneDb = openDatabase(nowhere, { max: 1 });
  const gonePool = openLibraryPool(nowhere, 1);
  t.after(async () => {
    await Promise.all([pool.end(), gonePool.end(), goneDb.end({ timeout: 0 })]);
    await database.close();
  });
  const doorOf = (signIn: SignIn, at = platform) =>
    buildHttp(at, [access], {
      authenticator: {
        person: signIn.person,
        credential: async () => assert.fail('no credential is asked for'),
      },
      extend: async (app) => signIn.routes(app),
    });

  const person = await makePerson(platform, { roles: ['support'] });
  const signIn = createSignIn(platform, pool);
  const door = await doorOf(signIn);
  const token = new URL(await signIn.link(person.email)).searchParams.get('token');
  const verified = await door.inject({ url: `/api/auth/magic-link/verify?token=${token}&callbackURL=/` });
  // Without its short-lived copy in a second cookie the session is looked up.
  const session = verified.cookies.find((one) => one.name.endsWith('session_token'));
  const cookie = `${session?.name}=${encodeURIComponent(session?.value ?? '')}`;
  const me = { url: '/api/me', headers: { cookie } };
  assert.equal((await door.inject(me)).statusCode, 200);

  const without = { ...platform, db: goneDb };
  const answer = await (await doorOf(createSignIn(without, gonePool), without)).inject(me);
  assert.equal(answer.statusCode, 503, answer.body);
  assert.equal(answer.json().code, 'unavailable');
});
