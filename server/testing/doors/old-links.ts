import assert from 'node:assert/strict';
import { awaitMail, findMail, linkIn } from '../../demonstration/mailbox.ts';
import { estimateContent } from '../estimate-content.ts';
import { ask, isProblem } from './bad-http.ts';
import { type Doors, developer, owner } from './open-doors.ts';

/** Sign-in: an expired, a used and a made-up link are refused, and opening a good one signs nobody in. */
export async function tryOldSignInLinks(doors: Doors): Promise<void> {
  const { http, staff, database } = doors;
  const json = { 'content-type': 'application/json' };
  const tokenOf = (link: string) => new URL(link).searchParams.get('token') ?? '';
  const press = (link: string) =>
    fetch(`${http}/api/auth/magic-link/verify`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ token: tokenOf(link) }),
    });
  const look = (link: string) =>
    fetch(`${http}/api/auth/magic-link/verify?token=${tokenOf(link)}&callbackURL=/`);
  const email = developer.email;
  const fresh = async () => {
    const asked = Temporal.Now.instant().toString();
    await ask(http, 'POST', '/api/auth/sign-in/magic-link', {
      body: JSON.stringify({ email, callbackURL: '/' }),
      headers: { 'content-type': 'application/json', origin: http },
    });
    return linkIn((await awaitMail(staff.administrator, email, 'sign-in', asked)).text);
  };
  const old = await fresh();
  await database`update access.sign_in_links set expires_at = now() - interval '1 minute'`;
  const used = await fresh();
  for (let scans = 0; scans < 3; scans++) {
    const seen = await look(used);
    assert.deepEqual([seen.status, seen.headers.getSetCookie()], [200, []], 'opening it signs nobody in');
    assert.equal(((await seen.json()) as { person: { email: string } }).person.email, email);
  }
  const elsewhere = await fetch(`${http}/api/auth/magic-link/verify`, {
    method: 'POST',
    headers: { ...json, origin: 'https://evil.example' },
    body: JSON.stringify({ token: tokenOf(used) }),
  });
  assert.equal(elsewhere.status, 403, 'another site presses no button');
  assert.ok((await press(used)).headers.getSetCookie().length > 0, 'a good link signs in');
  for (const [link, what] of [
    [old, 'expired'],
    [used, 'used'],
    [`${http}/?token=made-up`, 'made up'],
  ] as const) {
    const answer = await press(link);
    assert.equal(answer.status, 410, what);
    assert.equal(((await answer.json()) as { code: string }).code, 'sign-in-link-over', what);
    assert.deepEqual(answer.headers.getSetCookie(), [], what);
    assert.deepEqual(await (await look(link)).json(), { state: 'over', person: null }, what);
  }
  const ways = [
    ['sign-in/magic-link', { email: 'no address' }, 400, 'invalid-request'],
    ['sign-in/magic-link', { email, callbackURL: 'https://evil.example/' }, 403, 'forbidden'],
    ['sign-up/email', {}, 404, 'not-found'],
    ['change-email', {}, 404, 'not-found'],
  ] as const;
  for (const [way, body, status, code] of ways)
    isProblem(
      await ask(http, 'POST', `/api/auth/${way}`, { body: JSON.stringify(body), headers: json }),
      status,
      code,
      way,
    );
  const unknown = 'nobody@nowhere.example';
  await ask(http, 'POST', '/api/auth/sign-in/magic-link', {
    body: JSON.stringify({ email: unknown, callbackURL: '/' }),
    headers: { 'content-type': 'application/json', origin: http },
  });
  assert.equal(await findMail(staff.administrator, unknown, 'sign-in'), undefined);
}

/** A one-time link that has expired says so, and its button makes no key. */
export async function tryOldOneTimeLinks(doors: Doors): Promise<void> {
  const { http, portal, staff, customer, database } = doors;
  const asked = Temporal.Now.instant().toString();
  const wish = { label: 'Second', purpose: 'Employees', scopes: ['employees:read'] };
  const request = (await portal.post(`${customer.sandbox}/key-requests`, wish)).json;
  await staff.manager.post(`${customer.sandbox}/key-requests/${request.id}/issue`, {});
  const mail = await awaitMail(staff.administrator, developer.email, 'api-key-link', asked);
  const path = `/api/links/${new URL(linkIn(mail.text)).pathname.split('/').pop()}`;
  await database`update credentials.one_time_links set expires_at = now() - interval '1 minute' where revealed_at is null`;
  const keys = async () =>
    (await portal.get(`${customer.sandbox}/api-keys`)).json.items.map(
      (one: { status: string }) => one.status,
    );
  const before = await keys();
  assert.equal(JSON.parse((await ask(http, 'GET', path)).text).state, 'expired');
  isProblem(await ask(http, 'POST', path), 410, 'link-expired', 'an expired one-time link');
  isProblem(await ask(http, 'POST', `/api/links/${'x'.repeat(43)}`), 404, 'not-found', 'a made-up link');
  isProblem(await ask(http, 'GET', '/api/links/x'), 400, 'invalid-request', 'half a link');
  const [used] = await database<
    { used: number }[]
  >`select count(*)::int as used from credentials.one_time_links where revealed_at is not null`;
  assert.equal(used?.used, 1);
  assert.deepEqual(await keys(), before);
}

/** Behind a sign-off link that has expired nothing can be decided, and no code is mailed. */
export async function tryOldSignOffLinks(doors: Doors): Promise<void> {
  const { http, staff, customer, database } = doors;
  const { director, manager, administrator } = staff;
  const estimate = (await manager.post(`${customer.path}/estimates`, { content: estimateContent })).json;
  const path = `${customer.path}/estimates/${estimate.id}`;
  await manager.post(`${path}/submit`);
  await director.post(`${path}/finalise`);
  const signer = (await director.get(customer.path)).json.contacts.find(
    (one: { email: string }) => one.email === owner.email,
  );
  await director.post(`${path}/send`, { contacts: [signer.id] });
  const mail = await awaitMail(administrator, owner.email, 'estimate');
  const page = `/api/sign-off/${new URL(linkIn(mail.text)).pathname.split('/').pop()}`;
  assert.equal((await ask(http, 'GET', page)).status, 200);
  await database`update documents.signing_links set expires_at = now() - interval '1 minute'`;
  const json = { 'content-type': 'application/json' };
  isProblem(await ask(http, 'POST', `${page}/code`), 410, 'link-used-up', 'code of an expired sign-off link');
  const body = JSON.stringify({ code: '123456', name: owner.name, agreed: true });
  isProblem(
    await ask(http, 'POST', `${page}/accept`, { body, headers: json }),
    410,
    'link-used-up',
    'signing',
  );
  assert.notEqual(JSON.parse((await ask(http, 'GET', page)).text).status, 'open');
  const shown = (await director.get(path)).json;
  assert.deepEqual(shown.acceptances, []);
  assert.equal(await findMail(administrator, owner.email, 'sign-off-code'), undefined);
}
