import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import ssh2 from 'ssh2';
import type {
  ExchangeView,
  FormatView,
  SftpAccountView,
  TransferList,
  TransferView,
} from '#contract/file-exchange.ts';
import { showId } from '#contract/ids.ts';
import { createCompany, empColumns } from '#modules/payroll/index.ts';
import { type Actor, systemActor } from '#platform/actor.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { freshSshKey } from '#testing/ssh-key.ts';
import { openHome } from './home.ts';
import { hostKeys } from './host-keys.ts';
import { fileExchange } from './index.ts';
import { processPendingTransfers } from './transfer-loop.ts';

let t: TestDatabase;
let server: TestServer;
let base: string;
let customer: Awaited<ReturnType<typeof makeCustomer>>;
let manager: Actor;
let support: Actor;
let developer: Actor;
let stranger: Actor;

before(async () => {
  t = await openTestDatabase();
  customer = await makeCustomer(t.platform);
  const other = await makeCustomer(t.platform);
  manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  support = await makePerson(t.platform, { roles: ['support'] });
  developer = await makePerson(t.platform, { roles: ['developer'], customerId: customer.customerId });
  stranger = await makePerson(t.platform, { roles: ['developer'], customerId: other.customerId });
  const scope = { customerId: customer.customerId, environmentId: customer.sandboxId };
  await transact(t.platform, scope, systemActor('test'), (work) =>
    createCompany(work, scope, {
      code: 'RATA07',
      name: 'Rata',
      timeZone: 'Pacific/Auckland',
      country: 'NZ',
    }),
  );
  await hostKeys(t.platform);
  server = await testServer(t.platform, [fileExchange]);
  base = `/api/customers/${showId('cus', customer.customerId)}/environments/sandbox/files`;
});
after(async () => {
  await server.close();
  await t.close();
});

const eventTypes = () =>
  t.platform.db.begin(async (sql) => {
    await sql`select set_config('app.environment', ${customer.sandboxId}, true)`;
    const rows = await sql<{ type: string }[]>`
      select type from platform.events where stream_id = ${customer.sandboxId} order by sequence`;
    return rows.map((row) => row.type);
  });

let account: SftpAccountView;
let exchange: ExchangeView;

test('an account gets two keys that overlap, and one is taken out of use', async () => {
  const made = await server.as(manager).post(`${base}/accounts`, {});
  assert.equal(made.statusCode, 201, made.body);
  account = made.json();
  assert.equal(account.userName, `${customer.code.toLowerCase()}-sandbox`);
  for (const _ of [1, 2]) {
    const answer = await server
      .as(developer)
      .post(`${base}/accounts/${account.id}/keys`, { publicKey: freshSshKey('robot').public });
    assert.equal(answer.statusCode, 201, answer.body);
    account = answer.json();
  }
  assert.equal(account.keys.length, 2);
  assert.match(account.keys[0]?.fingerprint ?? '', /^SHA256:[A-Za-z0-9+/]{43}$/);
  const removed = await server
    .as(developer)
    .delete(`${base}/accounts/${account.id}/keys/${account.keys[0]?.id}`);
  assert.equal((removed.json() as SftpAccountView).keys.length, 1);
  assert.equal(
    (await server.as(manager).post(`${base}/accounts`, { userName: account.userName })).statusCode,
    409,
  );
});

test('a private key, a short key and nonsense are refused with what to do', async () => {
  const pair = freshSshKey('robot');
  const rsa = ssh2.utils.generateKeyPairSync('rsa', { bits: 1024 });
  for (const publicKey of [
    pair.private,
    rsa.public,
    `ssh-ed25519 ${'A'.repeat(60)}`,
    `ssh-dss ${'A'.repeat(60)}`,
  ]) {
    const answer = await server.as(developer).post(`${base}/accounts/${account.id}/keys`, { publicKey });
    assert.equal(answer.statusCode, 422, answer.body);
    assert.equal(answer.json().code, 'invalid-public-key');
    assert.ok(!answer.body.includes(publicKey.slice(40, 60)));
  }
});

test('an exchange is made, agreed, and shows what proves each direction', async () => {
  const made = await server.as(manager).post(`${base}/exchanges`, { code: 'employees' });
  assert.equal(made.statusCode, 201, made.body);
  exchange = made.json();
  assert.equal(exchange.filesInARow, 3);
  assert.deepEqual(
    exchange.probes.map((probe) => probe.direction),
    ['in', 'out'],
  );
  const present = async () =>
    (await server.as(manager).get(`${base}/exchanges/${exchange.id}`)).json() as ExchangeView;
  const decide = async (who: Actor, terms: object = {}, seen?: string) =>
    server.as(who).post(`${base}/exchanges/${exchange.id}/agree`, {
      seen: seen ?? (await present()).terms,
      ...terms,
    });
  const first = exchange.terms;
  const agreed = await decide(developer, { schedule: 'Mondays 09:00' });
  assert.equal(agreed.statusCode, 200, agreed.body);
  assert.equal((agreed.json() as ExchangeView).schedule, 'Mondays 09:00');
  const blind = await decide(manager, {}, first);
  assert.equal(blind.json().code, 'terms-changed', 'nobody agrees to what they have not read');
  assert.equal((await present()).agreedAt, null);
  assert.equal((await server.as(manager).post(`${base}/exchanges/${exchange.id}/agree`, {})).statusCode, 400);
  const agree = async (who: Actor) => (await decide(who)).json() as ExchangeView;
  assert.equal((await agree(developer)).agreedAt, null, 'one side alone agrees on nothing');
  assert.notEqual((await agree(manager)).agreedAt, null);
  const refused = await decide(manager, { naming: 'KOW_{NNN}.csv' });
  assert.equal(refused.statusCode, 422);
  assert.equal(refused.json().errors[0].pointer, '/naming');
  const again = { naming: '{CUSTOMER}_EMP_{FULL|DELTA}_{YYYYMMDD}T{HHMMSS}Z_{N}.csv' };
  const moved = await decide(manager, again);
  assert.equal((moved.json() as ExchangeView).agreedAt, null, 'other terms need the other side again');
  assert.equal((await agree(manager)).agreedAt, null);
  assert.notEqual((await agree(developer)).agreedAt, null);
  assert.equal((await server.as(manager).post(`${base}/exchanges`, { code: 'employees' })).statusCode, 409);
  assert.equal((await server.as(manager).post(`${base}/exchanges`, { code: 'ack' })).statusCode, 400);
  const types = await eventTypes();
  for (const type of ['sftp_account.created', 'sftp_key.registered', 'exchange.created', 'exchange.agreed'])
    assert.ok(types.includes(type), type);
});

test('the sheet says where to connect and which host keys to expect', async () => {
  const sheet = (await server.as(developer).get(`${base}/sheet`)).json();
  assert.deepEqual(
    sheet.hostKeys.map((key: { algorithm: string }) => key.algorithm),
    ['ssh-ed25519', 'ecdsa-sha2-nistp256'],
  );
  assert.ok(sheet.folders.some((folder: { path: string }) => folder.path === '/in/employees/'));
  assert.match(sheet.command, /^sftp -P \d+ .+@localhost$/);
});

test('the page, template, samples and schema of a format all have exactly the columns that are checked', async () => {
  const names = empColumns.map((column) => column.name);
  const page: FormatView = (await server.as(developer).get(`${base}/formats/EMP/1`)).json();
  assert.deepEqual(
    page.columns.map((column) => column.name),
    names,
  );
  const template = await server.as(developer).get(`${base}/formats/EMP/1/template.csv`);
  assert.equal(template.body, `${names.join(',')}\r\n`);
  const schema = (await server.as(developer).get(`${base}/formats/EMP/1/schema.json`)).json();
  assert.deepEqual(Object.keys(schema.properties), names);
  const markdown = (await server.as(developer).get(`${base}/formats/EMP/1/format.md`)).body;
  for (const name of names) assert.ok(markdown.includes(`\`${name}\``), name);
  assert.equal((await server.as(developer).get(`${base}/formats/XYZ/1`)).statusCode, 404);
  assert.equal(page.acknowledgedAt, null);
  const accepted = await server.as(developer).post(`${base}/formats/EMP/1/acknowledge`);
  assert.ok((accepted.json() as FormatView).acknowledgedAt);
  assert.ok((await eventTypes()).includes('format.acknowledged'));
});

test('the good sample is accepted; the bad one is rejected, each row for the fault it is named for; both are listed', async () => {
  const home = openHome(t.platform, {
    customerId: customer.customerId,
    environmentId: customer.sandboxId,
    accountId: customer.sandboxId,
    keyId: customer.sandboxId,
    userName: account.userName,
    publicKey: '',
    allowedAddresses: [],
  });
  for (const [i, name] of (['sample-good.csv', 'sample-bad.csv'] as const).entries()) {
    const writer = await t.platform.objects.create({ class: 'transfer', ...home.scope });
    const sample = await server.as(developer).get(`${base}/formats/EMP/1/${name}`);
    await writer.write(Buffer.from(sample.body));
    await home.receive(
      `/in/employees/${customer.code}_EMP_FULL_20261124T02000${i}Z_001.csv`,
      await writer.finish(),
    );
  }
  while ((await processPendingTransfers(t.platform)) > 0);
  const list: TransferList = (await server.as(developer).get(`${base}/transfers?limit=10`)).json();
  const [bad, good] = list.items;
  assert.equal(good?.state, 'applied', JSON.stringify(good));
  assert.equal(bad?.state, 'rejected');
  const view: TransferView = (await server.as(developer).get(`${base}/transfers/${bad?.id}`)).json();
  const columns = view.findings
    .filter((one) => one.severity === 'error')
    .map((one) => `${one.row} ${one.column}`);
  for (const expected of ['1 ird_number', '2 birth_date', '3 bank_1'])
    assert.ok(columns.includes(expected), columns.join());
  assert.deepEqual(
    view.timeline.map((one) => one.step),
    ['received', 'deduplicated', 'structure', 'rows', 'policy', 'outcome', 'acknowledged', 'archived'],
  );
  const errors = await server.as(developer).get(`${base}/transfers/${bad?.id}/errors.csv`);
  assert.match(errors.body, /^row,line,key,column,code,severity,message,fix\r\n/);
  assert.ok(!errors.body.includes('048125361'));
  assert.equal(
    (await server.as(developer).get(`${base}/transfers/${bad?.id}/ack.json`)).json().status,
    'rejected',
  );
  const notHeld = await server.as(manager).post(`${base}/transfers/${bad?.id}/approve`, {
    reason: 'no',
    sha256: bad?.sha256,
  });
  assert.equal(notHeld.statusCode, 409);

  const answers = await read(
    t.platform,
    home.scope,
    (sql) => sql<{ objectKey: string }[]>`
      select object_key as "objectKey" from file_exchange.files
      where environment_id = ${home.scope.environmentId} and kind = 'answer'`,
  );
  for (const { objectKey } of answers) await t.store.blobs.remove(objectKey);
  for (const answer of ['errors.csv', 'ack.json']) {
    const missing = await server.as(developer).get(`${base}/transfers/${bad?.id}/${answer}`);
    assert.deepEqual(
      [missing.statusCode, missing.json().code],
      [503, 'file-missing'],
      'our fault, and no empty file',
    );
  }
});

test('nobody, other roles and other customers get nothing', async () => {
  for (const path of [
    '/accounts',
    '/exchanges',
    '/transfers',
    '/formats',
    '/sheet',
    `/exchanges/${exchange.id}`,
  ]) {
    assert.equal((await server.as(null).get(`${base}${path}`)).statusCode, 401, path);
    assert.equal((await server.as(stranger).get(`${base}${path}`)).statusCode, 404, path);
  }
  assert.equal((await server.as(support).post(`${base}/accounts`, {})).statusCode, 403);
  assert.equal((await server.as(developer).post(`${base}/exchanges`, { code: 'more' })).statusCode, 403);
  assert.equal(
    (
      await server
        .as(stranger)
        .post(`${base}/accounts/${account.id}/keys`, { publicKey: freshSshKey('robot').public })
    ).statusCode,
    404,
  );
  const production = base.replace('/sandbox/', '/production/');
  assert.equal((await server.as(developer).get(`${production}/exchanges/${exchange.id}`)).statusCode, 404);
  assert.equal(
    (await server.as(developer).get(`${base}/transfers/trf_00000000000000000000000000`)).statusCode,
    404,
  );
});
