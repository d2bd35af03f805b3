import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import type { CreatedReceiver, InboundList, InboundMessage, ReceiverView } from '#contract/webhooks.ts';
import { credentials } from '#modules/credentials/index.ts';
import {
  createCompany,
  employeeInputOf,
  generatePerson,
  getEmployee,
  payroll,
} from '#modules/payroll/index.ts';
import { type Actor, systemActor } from '#platform/actor.ts';
import { readEvents } from '#platform/events.ts';
import { showId } from '#platform/ids.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { makeApiKey } from '../credentials/api-key.ts';
import { applyNextInbound } from './apply-inbound.ts';
import { webhooks } from './index.ts';
import { sign } from './signature.ts';

let t: TestDatabase;
let server: TestServer;

before(async () => {
  t = await openTestDatabase();
  server = await testServer(t.platform, [payroll, credentials, webhooks]);
});
after(async () => {
  await server.close();
  await t.close();
});

interface Made {
  customerId: string;
  environmentId: string;
  base: string;
  developer: Actor;
  receiver: ReceiverView;
  path: string;
  secret: string;
}

async function customerWithReceiver(): Promise<Made> {
  const { customerId, sandboxId: environmentId } = await makeCustomer(t.platform);
  const of = { customerId, environmentId };
  await transact(t.platform, of, systemActor('test'), (work) =>
    createCompany(work, of, {
      code: 'KOW01',
      name: 'Kōwhai',
      timeZone: 'Pacific/Auckland',
      country: 'NZ',
    }),
  );
  const developer = await makePerson(t.platform, { roles: ['developer'], customerId });
  const base = `/api/customers/${showId('cus', customerId)}/environments/sandbox`;
  const made = await server.as(developer).post(`${base}/receivers`, { label: 'HR system' });
  assert.equal(made.statusCode, 201, made.body);
  const { receiver, secretLink } = made.json<CreatedReceiver>();
  const secret = await press(String(secretLink.url));
  return { ...of, base, developer, receiver, path: new URL(receiver.url).pathname, secret };
}

async function press(url: string): Promise<string> {
  const shown = await server.as(null).post(`/api/links/${url.split('/').at(-1)}`);
  return shown.json<{ items: { value: string }[] }>().items[0]?.value ?? '';
}

let serial = 0;
const nextId = () => `hr-${++serial}`;
const seconds = () => Math.floor(Date.now() / 1000);

function post(
  of: Made,
  message: object | string | Buffer,
  options: { id?: string; timestamp?: number | string; secret?: string; signature?: string } = {},
) {
  const body = typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message);
  const id = options.id ?? nextId();
  const timestamp = options.timestamp ?? seconds();
  const signature = options.signature ?? sign(options.secret ?? of.secret, id, timestamp, body);
  return server.app.inject({
    method: 'POST',
    url: of.path,
    payload: body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
    },
  });
}

function upsert(n: number, change: Partial<InboundMessage['data']['employee']> = {}, at?: string): object {
  const person = generatePerson(7, n);
  return {
    type: 'employee.upsert',
    timestamp: at ?? new Date().toISOString(),
    data: {
      companyCode: 'KOW01',
      employeeNumber: person.employeeNumber,
      employee: { ...employeeInputOf(person), ...change },
    },
  };
}

const key = (n: number) => ({ companyCode: 'KOW01', employeeNumber: generatePerson(7, n).employeeNumber });
const applyAll = async (of: Made) => {
  while (await applyNextInbound(t.platform, of));
};
const inboxOf = async (of: Made) =>
  (await server.as(of.developer).get(`${of.base}/inbound`)).json<InboundList>().items;
const eventsOf = async (of: Made) => read(t.platform, of, (sql) => readEvents(sql, of.environmentId, 0, 500));
const typesOf = async (of: Made, prefix: string) =>
  (await eventsOf(of)).map((event) => event.type).filter((type) => type.startsWith(prefix));

test('a message signed by an independent library is stored, answered with a receipt and applied', async () => {
  const of = await customerWithReceiver();
  const body = JSON.stringify(upsert(1));
  const id = nextId();
  const now = new Date();
  const signature = new Webhook(of.secret).sign(id, now, body);
  const answer = await post(of, body, { id, timestamp: Math.floor(now.getTime() / 1000), signature });
  assert.equal(answer.statusCode, 202, answer.body);
  assert.match(answer.json<{ receipt: string }>().receipt, /^msg_/);
  await applyAll(of);
  const [row] = await inboxOf(of);
  assert.equal(row?.state, 'applied', JSON.stringify(row));
  assert.ok(await getEmployee(t.platform, of.environmentId, key(1)));
  const created = (await eventsOf(of)).find((event) => event.type === 'employee.created');
  assert.equal(created?.source['channel'], 'webhook');
  assert.equal(created?.source['receiverId'], of.receiver.id);
  assert.deepEqual(await typesOf(of, 'receiver.'), ['receiver.created', 'receiver.first_accepted']);
});

test('a forged signature never reaches the inbox, and every fault of a signature has one answer', async () => {
  const of = await customerWithReceiver();
  const answers = await Promise.all([
    post(of, upsert(2), { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }),
    post(of, upsert(2), { signature: 'v1,' }),
    post(of, upsert(2), { timestamp: `${seconds()}.0` }),
    post(of, upsert(2), { timestamp: seconds() - 301 }),
    post(of, upsert(2), { timestamp: seconds() + 330 }),
    server.app.inject({ method: 'POST', url: of.path, payload: '{}' }),
  ]);
  const wordings = answers.map((answer) => {
    assert.equal(answer.statusCode, 401);
    const { code, title, detail } = answer.json<Record<string, string>>();
    return JSON.stringify({ code, title, detail });
  });
  assert.equal(new Set(wordings).size, 1);
  assert.deepEqual(await inboxOf(of), []);
});

test('a forged and a replayed message are each a fact once, with the likely cause on the receiver', async () => {
  const of = await customerWithReceiver();
  const late = { id: 'hr-late', timestamp: seconds() - 400 };
  assert.equal((await post(of, upsert(3), late)).statusCode, 401);
  assert.deepEqual(await typesOf(of, 'receiver.replay'), [], 'a slow clock is no replay');
  const accepted = JSON.stringify(upsert(3));
  assert.equal((await post(of, accepted, { id: 'hr-late' })).statusCode, 202);
  for (let n = 0; n < 3; n++) {
    assert.equal((await post(of, upsert(3), { signature: 'v1,AAAA' })).statusCode, 401);
    assert.equal((await post(of, accepted, late)).statusCode, 401);
  }
  assert.deepEqual((await typesOf(of, 'receiver.')).sort(), [
    'receiver.created',
    'receiver.first_accepted',
    'receiver.forged_refused',
    'receiver.replay_refused',
  ]);
  const view = (
    await server.as(of.developer).get(`${of.base}/receivers/${of.receiver.id}`)
  ).json<ReceiverView>();
  assert.ok(view.seen.forgedRefusedAt !== null && view.seen.replayRefusedAt !== null);
  assert.ok(view.refusals.some((one) => one.cause === 'clock-or-replay'));
  assert.ok(view.refusals.length <= 20);
});

test('the same message again has the same receipt and is applied once; the same id with another body is a conflict', async () => {
  const of = await customerWithReceiver();
  const body = JSON.stringify(upsert(4));
  const first = await post(of, body, { id: 'hr-same' });
  const again = await Promise.all([1, 2, 3].map(() => post(of, body, { id: 'hr-same' })));
  for (const one of again) assert.deepEqual(one.json(), first.json());
  await applyAll(of);
  const later = await post(of, body, { id: 'hr-same' });
  assert.deepEqual(later.json(), first.json());
  await applyAll(of);
  const other = await post(of, upsert(5), { id: 'hr-same' });
  assert.equal(other.statusCode, 409);
  assert.equal(other.json<{ code: string }>().code, 'message-conflict');
  const inbox = await inboxOf(of);
  assert.equal(inbox.length, 1);
  assert.deepEqual([inbox[0]?.copies, inbox[0]?.conflicts, inbox[0]?.state], [5, 1, 'applied']);
  assert.equal((await typesOf(of, 'employee.created')).length, 1);
});

test('what cannot be applied becomes a dead letter with its cause, without values, and can be applied again', async () => {
  const of = await customerWithReceiver();
  const bad = upsert(6, { taxNz: { irdNumber: '123456789', taxCode: 'M', studentLoan: false } });
  const wrong = { ...upsert(6), data: { companyCode: 'NOPE', employeeNumber: '1', employee: {} } };
  assert.equal((await post(of, bad)).statusCode, 202);
  assert.equal((await post(of, wrong)).statusCode, 202);
  assert.equal((await post(of, { type: 'employee.delete' })).statusCode, 202);
  await applyAll(of);
  const inbox = await inboxOf(of);
  assert.deepEqual(
    inbox.map((one) => one.state),
    ['dead', 'dead', 'dead'],
  );
  assert.deepEqual(inbox.map((one) => one.cause).sort(), [
    'company-unknown',
    'employee-invalid',
    'malformed',
  ]);
  assert.ok(!JSON.stringify(inbox).includes('123456789'));
  const unknown = inbox.find((one) => one.cause === 'employee-invalid');
  const replay = await server.as(of.developer).post(`${of.base}/inbound/${unknown?.id}/replay`);
  assert.equal(replay.json<{ state: string }>().state, 'received');
  await applyAll(of);
  assert.equal((await inboxOf(of)).filter((one) => one.state === 'dead').length, 3);
  const twice = await Promise.all([
    server.as(of.developer).post(`${of.base}/inbound/${unknown?.id}/replay`),
    server.as(of.developer).post(`${of.base}/inbound/${unknown?.id}/replay`),
  ]);
  assert.deepEqual(twice.map((one) => one.statusCode).sort(), [200, 409]);
});

test('a fault that passes by itself, such as a full disk, makes no dead letter however often it is met', async () => {
  const of = await customerWithReceiver();
  await t.owner`
    create function no_space() returns trigger language plpgsql as
    'begin raise exception using errcode = $$53100$$, message = $$no space left$$; end'`;
  await t.owner`create trigger no_space before insert on payroll.employments execute function no_space()`;
  try {
    assert.equal((await post(of, upsert(12))).statusCode, 202);
    for (let tries = 0; tries < 6; tries++) assert.equal(await applyNextInbound(t.platform, of), false);
    assert.equal((await inboxOf(of))[0]?.state, 'received');
  } finally {
    await t.owner`drop function no_space() cascade`;
  }
  await applyAll(of);
  assert.equal((await inboxOf(of))[0]?.state, 'applied');
});

test('an older message never overwrites a newer one', async () => {
  const of = await customerWithReceiver();
  const employment = (departmentCode: string) => ({
    effectiveFrom: '2026-11-20',
    employment: { ...(employeeInputOf(generatePerson(8, 8)).employment as object), departmentCode } as never,
  });
  await post(of, upsert(8, { effectiveFrom: '2026-11-19' }, '2026-11-01T00:00:00Z'));
  await post(of, upsert(8, employment('NEW'), '2026-11-10T10:00:00Z'));
  await post(of, upsert(8, employment('OLD'), '2026-11-10T09:00:00Z'), { id: 'hr-older' });
  await applyAll(of);
  const found = await getEmployee(t.platform, of.environmentId, key(8));
  assert.equal(found?.document.employment?.departmentCode, 'NEW');
  const older = (await inboxOf(of)).find((one) => one.messageId === 'hr-older');
  assert.equal(older?.state, 'stale');
  assert.equal(older?.cause, 'older-than-applied');
  await post(of, upsert(8, { ...employment('BEFORE'), effectiveFrom: '2026-11-19' }), { id: 'hr-before' });
  await applyAll(of);
  const before = (await inboxOf(of)).find((one) => one.messageId === 'hr-before');
  assert.equal(before?.state, 'applied');
  assert.match(before?.detail ?? '', /Warning later-change-stands at \/employment\/departmentCode: /);
});

test('which message is older is judged by days of the employer, not before the start', async () => {
  const of = await customerWithReceiver();
  // Here it is always the day before that of the vendor.
  const timeZone = 'Pacific/Pago_Pago';
  const company = { code: 'PAGO', name: 'Pago', timeZone, country: 'NZ' as const };
  await transact(t.platform, of, systemActor('test'), (work) => createCompany(work, of, company));
  const today = t.platform.clock.today(timeZone);
  for (const [n, startDate, from] of [
    [10, '2020-01-01', today.toString()],
    [11, today.add({ days: 9 }).toString(), today.add({ days: 9 }).toString()],
  ] as const) {
    const message = (departmentCode: string, at: string, effectiveFrom?: string) => {
      const employment = { ...employeeInputOf(generatePerson(7, n)).employment, startDate, departmentCode };
      const made = upsert(n, { employment: employment as never, effectiveFrom, payRates: undefined }, at);
      return JSON.parse(JSON.stringify(made).replace('KOW01', 'PAGO'));
    };
    await post(of, message('NEW', '2026-11-10T10:00:00Z'));
    await post(of, message('OLD', '2026-11-10T09:00:00Z', from));
    await applyAll(of);
    const { employeeNumber } = key(n);
    const found = await getEmployee(
      t.platform,
      of.environmentId,
      { companyCode: 'PAGO', employeeNumber },
      from,
    );
    assert.equal(found?.document.employment?.departmentCode, 'NEW');
  }
});

test('a message from the future counts as of when it came, and silences nobody', async () => {
  const of = await customerWithReceiver();
  const employment = (departmentCode: string) => ({
    effectiveFrom: '2026-11-20',
    employment: { ...(employeeInputOf(generatePerson(9, 9)).employment as object), departmentCode } as never,
  });
  await post(of, upsert(9, { effectiveFrom: '2026-11-19' }));
  await post(of, upsert(9, employment('AHEAD'), '2099-01-01T00:00:00Z'), { id: 'hr-ahead' });
  await post(of, upsert(9, employment('LATER')));
  await applyAll(of);
  const found = await getEmployee(t.platform, of.environmentId, key(9));
  assert.equal(found?.document.employment?.departmentCode, 'LATER');
  const ahead = (await inboxOf(of)).find((one) => one.messageId === 'hr-ahead');
  assert.equal(ahead?.state, 'applied');
  assert.match(ahead?.detail ?? '', /lies in the future/);
});

test('malformed, oversized and misaddressed messages get their documented answers', async () => {
  const of = await customerWithReceiver();
  for (const body of [
    'not json',
    '[]',
    '"x"',
    'null',
    Buffer.from([0x7b, 0xff, 0x7d]),
    '\ufeff{}',
    '{"a":["\\u0000"]}',
    '{"\\ud800":1}',
    '{"data":{"companyCode":"A","companyCode":"B"}}',
  ]) {
    const answer = await post(of, body);
    assert.equal(answer.statusCode, 400);
    assert.equal(answer.json<{ code: string }>().code, 'malformed-message');
  }
  const leaked = await post(of, `{"data":{"note":"${makeApiKey('sandbox')}"}}`);
  assert.equal(leaked.json<{ code: string }>().code, 'api-key-leaked');
  const hidden = await post(of, '{"data":{"employee":{"person":{"lastName":"Ta\\u202ene"}}}}');
  assert.equal(
    hidden.json<{ errors: { pointer: string }[] }>().errors[0]?.pointer,
    '/data/employee/person/lastName',
  );
  assert.equal((await post(of, '{"a":"\\ud83d\\ude00 \\\\u0000"}')).statusCode, 202);
  assert.equal((await post(of, `{"a":"${'x'.repeat(300_000)}"}`)).statusCode, 413);
  const nowhere = await post({ ...of, path: `/in/${'x'.repeat(32)}` }, upsert(9));
  assert.equal(nowhere.statusCode, 404);
  await server.as(of.developer).patch(`${of.base}/receivers/${of.receiver.id}`, { status: 'disabled' });
  assert.equal((await post(of, upsert(9))).statusCode, 404);
});

test('a message that came twice is a fact once it was applied once, and only then', async () => {
  const of = await customerWithReceiver();
  const dead = JSON.stringify({ ...upsert(4), type: 'employee.unknown' });
  for (let n = 0; n < 2; n++) assert.equal((await post(of, dead, { id: 'hr-dead' })).statusCode, 202);
  await applyAll(of);
  await post(of, dead, { id: 'hr-dead' });
  const conflicting = JSON.stringify(upsert(5));
  assert.equal((await post(of, conflicting, { id: 'hr-dead' })).statusCode, 409);
  assert.deepEqual(await typesOf(of, 'receiver.duplicate'), [], 'nothing was applied');
  const body = JSON.stringify(upsert(6));
  for (let n = 0; n < 2; n++) assert.equal((await post(of, body, { id: 'hr-twice' })).statusCode, 202);
  assert.deepEqual(await typesOf(of, 'receiver.duplicate'), [], 'nothing was applied yet');
  await applyAll(of);
  assert.deepEqual(await typesOf(of, 'receiver.duplicate'), ['receiver.duplicate_ignored']);
  assert.equal((await eventsOf(of)).filter(({ type }) => type === 'employee.created').length, 1);
  const later = await customerWithReceiver();
  await post(later, body, { id: 'hr-later' });
  await applyAll(later);
  assert.deepEqual(await typesOf(later, 'receiver.duplicate'), []);
  await post(later, body, { id: 'hr-later' });
  const [fact] = (await eventsOf(later)).filter(({ type }) => type === 'receiver.duplicate_ignored');
  assert.deepEqual(fact?.data, {
    receiverId: later.receiver.id,
    messageId: 'hr-later',
    fingerprint: later.receiver.fingerprint,
  });
});

test('while a secret is rolled both work; afterwards only the new one, and the doctor names the old one', async () => {
  const of = await customerWithReceiver();
  const roll = await server
    .as(of.developer)
    .post(`${of.base}/receivers/${of.receiver.id}/roll-secret`, { overlapHours: 1 });
  const fresh = await press(String(roll.json<{ url: string }>().url));
  assert.notEqual(fresh, of.secret);
  for (const secret of [of.secret, fresh])
    assert.equal((await post(of, upsert(10), { secret })).statusCode, 202);
  t.platform.clock.set(t.platform.clock.now().add({ hours: 2 }));
  await server.as(of.developer).patch(`${of.base}/receivers/${of.receiver.id}`, { label: 'HR' });
  assert.equal((await post(of, upsert(10), { secret: of.secret })).statusCode, 401);
  assert.equal((await post(of, upsert(10), { secret: fresh })).statusCode, 202);
  const timestamp = seconds();
  const doctor = await server.as(of.developer).post(`${of.base}/signature-doctor`, {
    receiver: of.receiver.id,
    headers: {
      'webhook-id': 'x',
      'webhook-timestamp': String(timestamp),
      'webhook-signature': sign(of.secret, 'x', timestamp, '{}'),
    },
    body: '{}',
  });
  assert.equal(doctor.json<{ causes: { cause: string }[] }>().causes[0]?.cause, 'old-secret', doctor.body);
});

test('receivers and messages of another customer, or for nobody, are not to be had', async () => {
  const of = await customerWithReceiver();
  await post(of, upsert(11));
  const [message] = await inboxOf(of);
  const { customerId } = await makeCustomer(t.platform);
  const stranger = await makePerson(t.platform, { roles: ['developer'], customerId });
  const own = `/api/customers/${showId('cus', customerId)}/environments/sandbox`;
  for (const path of [`/receivers/${of.receiver.id}`, `/inbound/${message?.id}`]) {
    for (const base of [of.base, own])
      assert.equal((await server.as(stranger).get(`${base}${path}`)).statusCode, 404);
    assert.equal((await server.as(null).get(`${of.base}${path}`)).statusCode, 401);
  }
  assert.equal((await server.as(stranger).post(`${own}/inbound/${message?.id}/replay`)).statusCode, 404);
  assert.equal((await server.as(of.developer).post(`${of.base}/receivers`, {})).statusCode, 400);
});

test('a change that arrives before its employee waits in sight, and is applied once the employee is there', async () => {
  const of = await customerWithReceiver();
  const at = (minute: string) => `2026-11-20T01:${minute}:00Z`;
  const onlyPay = (n: number, minute: string) => {
    const message = upsert(n, {}, at(minute)) as InboundMessage;
    const { kiwiSaver } = message.data.employee;
    assert.ok(kiwiSaver);
    const employee = { kiwiSaver: { ...kiwiSaver, employeeRatePercent: '10.00' } };
    return { ...message, data: { ...message.data, employee } };
  };
  await post(of, onlyPay(61, '30'));
  await applyAll(of);
  const [waiting] = await inboxOf(of);
  assert.deepEqual([waiting?.state, waiting?.cause], ['waiting', 'employee-incomplete']);
  assert.match(waiting?.detail ?? '', /applied as soon as there is, until/);
  assert.deepEqual((await server.as(of.developer).get(`${of.base}/receivers`)).json().items[0].waiting, 1);
  await applyAll(of);
  await post(of, upsert(61, {}, at('10')));
  await applyAll(of);
  assert.deepEqual(
    (await inboxOf(of)).map((one) => one.state),
    ['applied', 'applied'],
  );
  const found = await getEmployee(t.platform, of.environmentId, key(61));
  assert.equal(found?.document.kiwiSaver?.employeeRatePercent, '10.00', 'the newer one stands');

  await post(of, onlyPay(62, '30'));
  await applyAll(of);
  const now = t.platform.clock.now();
  t.platform.clock.set(now.add({ hours: 73 }));
  await applyAll(of);
  t.platform.clock.set(now);
  const [dead] = await inboxOf(of);
  assert.deepEqual([dead?.state, dead?.cause], ['dead', 'employee-incomplete'], 'it does not wait for ever');
});
