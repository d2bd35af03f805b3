import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, before, test } from 'node:test';
import Papa from 'papaparse';
import type { AuditView, DifferenceView, ExtractView } from '#contract/data-audits.ts';
import { type EmployeeInput, employeeInput } from '#contract/payroll.ts';
import { credentials } from '#modules/credentials/index.ts';
import { addContact, customers } from '#modules/customers/index.ts';
import { fileExchange } from '#modules/file-exchange/index.ts';
import {
  createCompany,
  employeeInputOf,
  empRowOf,
  generatePerson,
  payroll,
  putEmployee,
} from '#modules/payroll/index.ts';
import { type Actor, systemActor } from '#platform/actor.ts';
import { readEvents } from '#platform/events.ts';
import { parseId, showId } from '#platform/ids.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, runConsumers, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { runJobs } from '#testing/jobs.ts';
import { newestMail } from '#testing/outbox.ts';
import { until } from '#testing/until.ts';
import { listAudits } from './audit-store.ts';
import { beginExtract } from './extract-store.ts';
import { extractCollections } from './give-extract.ts';
import { dataAudits } from './index.ts';
import { runAudit } from './run-audit.ts';
import { writeExtract } from './write-extract.ts';

let t: TestDatabase;
let server: TestServer;

before(async () => {
  t = await openTestDatabase();
  server = await testServer(t.platform, [customers, payroll, credentials, dataAudits]);
});
after(async () => {
  await server.close();
  await t.close();
});

interface Made {
  customerId: string;
  environmentId: string;
  base: string;
  manager: Actor;
  owner: Actor;
}

const people = Array.from({ length: 5 }, (_, n) => generatePerson(11, n));

async function customerWithEmployees(): Promise<Made> {
  const { customerId, sandboxId: environmentId } = await makeCustomer(t.platform);
  const of = { customerId, environmentId };
  await transact(t.platform, of, systemActor('test'), (work) =>
    createCompany(work, of, { code: 'KOW01', name: 'Kōwhai', timeZone: 'Pacific/Auckland', country: 'NZ' }),
  );
  for (const person of people) await put(of, person.employeeNumber, employeeInputOf(person));
  return {
    ...of,
    base: `/api/customers/${showId('cus', customerId)}/environments/sandbox`,
    manager: await makePerson(t.platform, { roles: ['integrations-manager'] }),
    owner: await makePerson(t.platform, { roles: ['project-owner'], customerId }),
  };
}

async function put(of: { customerId: string; environmentId: string }, employeeNumber: string, input: object) {
  await transact(t.platform, of, systemActor('test'), (work) =>
    putEmployee(work, {
      ...of,
      companyCode: 'KOW01',
      employeeNumber,
      input: employeeInput.parse(input) as EmployeeInput,
      source: { channel: 'test' },
    }),
  );
}

const rowsOf = () =>
  people.map((person) => {
    const { effective_date: _day, ...row } = empRowOf(person, 'KOW01');
    return row;
  });
const csv = (rows: object[]) => Papa.unparse(rows);
const upload = async (of: Made, text: string | Buffer, path = '/audits?track=web-api&fileName=hr.csv') =>
  server.as(of.owner).post(`${of.base}${path}`, text, { 'content-type': 'text/csv' });
const eventsOf = async (of: Made, prefix: string) =>
  (await read(t.platform, of, (sql) => readEvents(sql, of.environmentId, 0, 500))).filter((event) =>
    event.type.startsWith(prefix),
  );

async function compared(of: Made, text: string | Buffer): Promise<AuditView> {
  const answer = await upload(of, text);
  assert.equal(answer.statusCode, 202, answer.body);
  return afterRun(of, answer.json<AuditView>().id);
}

async function afterRun(of: Made, id: string): Promise<AuditView> {
  await runAudit(t.platform, { ...of, auditId: parseId('aud', id) ?? '' });
  return (await server.as(of.owner).get(`${of.base}/audits/${id}`)).json<AuditView>();
}

const differencesOf = async (of: Made, id: string) =>
  (await server.as(of.owner).get(`${of.base}/audits/${id}/differences`)).json<{ items: DifferenceView[] }>()
    .items;

test('an extract holds every employee with counts and hash, and its delivery by link is a fact', async () => {
  const of = await customerWithEmployees();
  const to = { sendLinkTo: 'hr@kowhai.example' };
  const contact = {
    name: 'Mere',
    email: to.sendLinkTo,
    kind: 'other',
    hasAuthority: false,
    invite: false,
  } as const;
  await transact(t.platform, of, systemActor('test'), (work) => addContact(work, of.customerId, contact));
  const made = await server.as(of.manager).post(`${of.base}/extracts`, {});
  assert.equal(made.statusCode, 202, made.body);
  const { id } = made.json<ExtractView>();
  const early = await server.as(of.manager).post(`${of.base}/extracts/${id}/link`, to);
  assert.equal(early.json<{ code: string }>().code, 'extract-not-ready');
  const job = { ...of, extractId: parseId('ext', id) ?? '' };
  await writeExtract(t.platform, job);
  await writeExtract(t.platform, job);
  const ready = (await server.as(of.owner).get(`${of.base}/extracts/${id}`)).json<ExtractView>();
  assert.deepEqual([ready.state, ready.rows, ready.counts['company KOW01']], ['ready', 5, 5]);
  const link = `${of.base}/extracts/${id}/link`;
  const stranger = await server.as(of.manager).post(link, { sendLinkTo: 'who@elsewhere.example' });
  assert.equal(stranger.json<{ code: string }>().code, 'unknown-recipient');
  const given = await server.as(of.manager).post(link, to);
  assert.equal(given.statusCode, 201, given.body);
  assert.ok(!given.body.includes('http'), 'the link is in the mail alone');
  const mail = await newestMail(t, of, 'extract-link', to.sendLinkTo);
  const token = /\/links?\/(\S+)/.exec(mail?.text ?? '')?.[1] ?? '';
  const revealed = await server.as(null).post(`/api/links/${token}`);
  const { download } = revealed.json<{ download: { url: string; sha256: string } }>();
  assert.equal((await eventsOf(of, 'extract.')).length, 0, 'not delivered before it was downloaded');
  const path = new URL(download.url).pathname;
  assert.equal((await server.app.inject({ method: 'HEAD', url: path })).statusCode, 405);
  const file = await server.as(null).get(path);
  assert.equal(hash('sha256', file.rawPayload, 'hex'), ready.sha256);
  assert.equal(download.sha256, ready.sha256);
  const rows = Papa.parse<Record<string, string>>(file.body, { header: true, skipEmptyLines: true }).data;
  assert.equal(rows.length, 5);
  assert.equal(rows[0]?.['last_name'], people[0]?.lastName);
  assert.match(rows[0]?.['ird_number'] ?? '', /^•/);
  const delivered = await until(async () => (await eventsOf(of, 'extract.delivered'))[0]);
  assert.deepEqual(
    [delivered.data['sha256'], delivered.data['rows'], delivered.data['via'], delivered.data['extractId']],
    [ready.sha256, 5, 'link', id],
  );

  assert.equal((await server.as(of.manager).post(link, to)).statusCode, 201);
  const later = await newestMail(t, of, 'extract-link', to.sendLinkTo);
  const unused = /\/links?\/(\S+)/.exec(later?.text ?? '')?.[1] ?? '';
  const [{ id: contactId }] = (await customerContacts(of)) as [{ id: string }];
  const removed = await server
    .as(of.manager)
    .delete(`/api/customers/${showId('cus', of.customerId)}/contacts/${contactId}`);
  assert.equal(removed.statusCode, 204, removed.body);
  const after = await server.as(null).post(`/api/links/${unused}`);
  assert.equal(after.json<{ code: string }>().code, 'link-void', 'a link that was not used');
  const started = await server.as(null).get(path);
  assert.equal(started.json<{ code: string }>().code, 'download-expired', 'a download that was revealed');
});

const customerContacts = async (of: Made) =>
  (await server.as(of.manager).get(`/api/customers/${showId('cus', of.customerId)}`)).json<{
    contacts: { id: string }[];
  }>().contacts;

test('an extract that is collected over SFTP is delivered', async () => {
  const of = await customerWithEmployees();
  const { id } = (await server.as(of.manager).post(`${of.base}/extracts`, {})).json<ExtractView>();
  await writeExtract(t.platform, { ...of, extractId: parseId('ext', id) ?? '' });
  const placed = await server.as(of.manager).post(`${of.base}/extracts/${id}/place`);
  assert.equal(placed.statusCode, 201, placed.body);
  const { path } = placed.json<{ path: string }>();
  assert.match(path, /^\/out\/extracts\/.+\.csv$/);
  await transact(t.platform, of, systemActor('test'), async (work) =>
    work.emit(of.environmentId, {
      type: 'file.collected',
      subject: { fileId: 'x', reference: id },
      data: { path },
    }),
  );
  await runConsumers(t.platform, [extractCollections]);
  assert.equal((await eventsOf(of, 'extract.delivered'))[0]?.data['via'], 'sftp');
});

test('restricted values leave in full only for a reason', async () => {
  const of = await customerWithEmployees();
  const without = await server.as(of.manager).post(`${of.base}/extracts`, { restricted: 'full' });
  assert.equal(without.statusCode, 400);
  const reason = 'The customer reconciles bank accounts';
  const made = await server.as(of.manager).post(`${of.base}/extracts`, { restricted: 'full', reason });
  assert.equal(made.statusCode, 202);
  assert.equal((await server.as(of.owner).post(`${of.base}/extracts`, {})).statusCode, 403);
});

test('an extract that cannot be written is failed with its reason after five tries, and is written again when asked', async () => {
  const of = await customerWithEmployees();
  const { id } = (await server.as(of.manager).post(`${of.base}/extracts`, {})).json<ExtractView>();
  const job = { ...of, extractId: parseId('ext', id) ?? '' };
  const view = async () => (await server.as(of.owner).get(`${of.base}/extracts/${id}`)).json<ExtractView>();
  await t.owner`alter table data_audits.extracts add constraint unforeseen check (state <> 'ready') not valid`;
  for (let n = 1; n < 5; n++) await assert.rejects(writeExtract(t.platform, job), 'the queue tries again');
  assert.equal((await view()).state, 'making');
  await writeExtract(t.platform, job);
  assert.deepEqual([(await view()).state, (await view()).failure?.code], ['failed', 'unexpected']);
  await t.owner`alter table data_audits.extracts drop constraint unforeseen`;
  const again = `${of.base}/extracts/${id}/again`;
  assert.equal((await server.as(of.owner).post(again)).statusCode, 403);
  assert.equal((await server.as(of.manager).post(again)).statusCode, 202);
  await writeExtract(t.platform, job);
  assert.deepEqual([(await view()).state, (await view()).failure, (await view()).rows], ['ready', null, 5]);
  const twice = await server.as(of.manager).post(again);
  assert.equal(twice.json<{ code: string }>().code, 'extract-not-failed');
});

test('work that ended its process twice is set aside without a third try', async () => {
  const of = await customerWithEmployees();
  const { id } = (await server.as(of.manager).post(`${of.base}/extracts`, {})).json<ExtractView>();
  const job = { ...of, extractId: parseId('ext', id) ?? '' };
  for (let n = 1; n <= 2; n++)
    await transact(t.platform, of, systemActor('test'), ({ sql }) =>
      beginExtract(sql, of.environmentId, job.extractId),
    );
  await writeExtract(t.platform, job);
  const view = (await server.as(of.owner).get(`${of.base}/extracts/${id}`)).json<ExtractView>();
  assert.deepEqual([view.state, view.failure?.code], ['failed', 'interrupted']);
});

test('the total of salaries is shown to those whose work is payroll, and to nobody else', async () => {
  const of = await customerWithEmployees();
  const [first, ...others] = people;
  const effectiveFrom = t.platform.clock.today('Pacific/Auckland').toString();
  const rate = { effectiveFrom, rateType: 'annualSalary', amount: '61000.1250' };
  await put(of, first?.employeeNumber ?? '', { payRates: [rate] });
  const { id } = (await server.as(of.manager).post(`${of.base}/extracts`, {})).json<ExtractView>();
  await writeExtract(t.platform, { ...of, extractId: parseId('ext', id) ?? '' });
  const total = (61_000.125 + others.reduce((sum, person) => sum + Number(person.salary), 0)).toFixed(3);
  const auditor = await makePerson(t.platform, { roles: ['auditor'] });
  for (const path of ['/extracts', `/extracts/${id}`]) {
    const seen = async (actor: Actor) => (await server.as(actor).get(`${of.base}${path}`)).body;
    assert.ok((await seen(of.manager)).includes(`"salaryAnnual":"${total}"`), path);
    for (const other of [of.owner, auditor]) {
      const body = await seen(other);
      assert.ok(!body.includes('salaryAnnual') && !body.includes(total), path);
      assert.ok(body.includes('hashEmployeeNumber'), path);
    }
  }
});

test('an audit whose file is not kept any more is failed at once; another file mends it and takes the place of the one before', async () => {
  const of = await customerWithEmployees();
  const objectOf = (id: string) =>
    read(t.platform, of, async (sql) => {
      const [audit] = await listAudits(sql, of.environmentId, { id: parseId('aud', id) ?? '' });
      return audit?.objectKey ?? '';
    });
  const lost = (await upload(of, csv(rowsOf()))).json<AuditView>();
  await t.platform.objects.remove(await objectOf(lost.id));
  const failed = await afterRun(of, lost.id);
  assert.deepEqual([failed.state, failed.failure?.code], ['failed', 'file-expired']);
  await upload(of, 'employee_number\n', `/audits/${lost.id}/file`);
  assert.equal((await afterRun(of, lost.id)).state, 'refused');
  const replaced = await objectOf(lost.id);
  await upload(of, csv(rowsOf()), `/audits/${lost.id}/file`);
  await runJobs(t, [dataAudits, fileExchange]);
  const closed = (await server.as(of.owner).get(`${of.base}/audits/${lost.id}`)).json<AuditView>();
  assert.deepEqual([closed.state, closed.failure], ['closed', null]);
  await assert.rejects(t.platform.objects.readBuffer(replaced, 1_000_000), { code: 'OBJECT_EXPIRED' });
  assert.ok((await t.platform.objects.readBuffer(await objectOf(lost.id), 1_000_000)).length > 0);
});

test('a file that the store does not give is tried again before the audit is failed, and says whose fault it is', async () => {
  const of = await customerWithEmployees();
  const audit = (await upload(of, csv(rowsOf()))).json<AuditView>();
  const auditId = parseId('aud', audit.id) ?? '';
  const [row] = await read(t.platform, of, (sql) => listAudits(sql, of.environmentId, { id: auditId }));
  await t.store.blobs.remove(row?.objectKey ?? '');
  for (let tries = 1; tries < 5; tries++)
    await assert.rejects(runAudit(t.platform, { ...of, auditId }), { code: 'OBJECT_MISSING' });
  const waiting = (await server.as(of.owner).get(`${of.base}/audits/${audit.id}`)).json<AuditView>();
  assert.equal(waiting.state, 'comparing');
  await runAudit(t.platform, { ...of, auditId });
  const failed = (await server.as(of.owner).get(`${of.base}/audits/${audit.id}`)).json<AuditView>();
  assert.deepEqual([failed.state, failed.failure?.code], ['failed', 'file-missing']);
});

test('a file that agrees closes the audit at once', async () => {
  const of = await customerWithEmployees();
  const audit = await compared(of, csv(rowsOf()));
  assert.deepEqual(await differencesOf(of, audit.id), []);
  assert.deepEqual([audit.state, audit.open, audit.rows?.matched], ['closed', 0, 5]);
  const [closed] = await eventsOf(of, 'data_audit.closed');
  assert.deepEqual(
    [closed?.data['track'], closed?.data['open'], closed?.data['sha256']],
    ['web-api', 0, audit.sha256],
  );
});

test('differences are classified, those of pay and tax show no value, and each is accepted or corrected', async () => {
  const of = await customerWithEmployees();
  const rows = rowsOf() as Record<string, string>[];
  const [first, second, third] = rows;
  assert.ok(first && second && third);
  first['employee_number'] = String(Number(first['employee_number']));
  second['department_code'] = 'MOVED';
  second['ird_number'] = '999999999';
  second['salary_annual'] = '1.00';
  rows.splice(4, 1, { ...third, employee_number: '999999' });
  const audit = await compared(of, csv(rows));
  const found = await differencesOf(of, audit.id);
  assert.deepEqual(
    found.map((one) => [one.field, one.cause, one.class]).sort(),
    [
      ['department_code', 'different', 'P1'],
      ['employee_number', 'leading-zeros', 'P1'],
      ['ird_number', 'different', 'P4'],
      ['salary_annual', 'different', 'P3'],
      [null, 'only-ours', 'P1'],
      [null, 'only-theirs', 'P1'],
    ].sort(),
  );
  assert.ok(!JSON.stringify(found).includes('999999999'));
  const moved = found.find((one) => one.field === 'department_code');
  assert.equal(moved?.theirs, 'MOVED');
  assert.equal(audit.state, 'open');
  assert.equal((await eventsOf(of, 'data_audit.compared'))[0]?.data['open'], 6);

  const accept = (body: object, run = 1) =>
    server.as(of.owner).post(`${of.base}/audits/${audit.id}/accept`, { run, ...body });
  const stale = await accept({ cause: 'only-ours', reason: 'Known and wanted' }, 2);
  assert.equal(stale.json().code, 'audit-compared-again', 'differences of another run are not decided');
  assert.equal((await accept({ cause: 'only-ours' })).statusCode, 400, 'a reason is needed');
  const byVendor = { run: 1, cause: 'only-ours', reason: 'The vendor thinks so' };
  const refused = await server.as(of.manager).post(`${of.base}/audits/${audit.id}/accept`, byVendor);
  assert.equal(refused.statusCode, 403, 'the customer audits its data, not the vendor');
  assert.equal((await accept({ cause: 'macron', reason: 'none there' })).statusCode, 409);
  for (const cause of ['leading-zeros', 'only-ours', 'only-theirs'])
    assert.equal((await accept({ cause, reason: 'Known and wanted' })).statusCode, 200, cause);

  second['ird_number'] = people[1]?.irdNumber ?? '';
  second['salary_annual'] = people[1]?.salary ?? '';
  const again = await upload(of, csv(rows), `/audits/${audit.id}/file?fileName=hr-2.csv`);
  assert.equal(again.statusCode, 202, again.body);
  assert.deepEqual((await afterRun(of, audit.id)).state, 'open');
  const person = employeeInputOf(people[1] ?? generatePerson(11, 1));
  const employment = { ...(person.employment as object), departmentCode: 'MOVED' };
  await put(of, people[1]?.employeeNumber ?? '', { employment });
  await server.as(of.owner).post(`${of.base}/audits/${audit.id}/recompare`);
  const closed = await afterRun(of, audit.id);
  assert.deepEqual([closed.state, closed.open, closed.accepted, closed.corrected], ['closed', 0, 3, 3]);
  assert.equal((await eventsOf(of, 'data_audit.closed')).length, 1);
});

test('what one side knows of another day is told apart from what is different', async () => {
  const of = await customerWithEmployees();
  const [, one] = people;
  assert.ok(one);
  const today = t.platform.clock.today('Pacific/Auckland');
  const from = (days: number) => today.add({ days }).toString();
  const { employment } = employeeInputOf(one);
  for (const [effectiveFrom, departmentCode] of [
    [from(-40), 'BEFORE'],
    [from(-3), 'NOW'],
    [from(9), 'SOON'],
  ])
    await put(of, one.employeeNumber, { effectiveFrom, employment: { ...employment, departmentCode } });
  await put(of, one.employeeNumber, {
    payRates: [{ effectiveFrom: from(5), rateType: 'annualSalary', amount: '99000.00' }],
  });
  const causes = async (change: Record<string, string>) => {
    const rows = rowsOf().map((row) =>
      row['employee_number'] === one.employeeNumber ? { ...row, department_code: 'NOW', ...change } : row,
    );
    const { id } = await compared(of, csv(rows));
    return (await differencesOf(of, id)).map((found) => `${found.field}:${found.cause}`);
  };
  assert.deepEqual(await causes({}), []);
  assert.deepEqual(await causes({ department_code: 'SOON' }), ['department_code:other-day']);
  assert.deepEqual(await causes({ department_code: 'BEFORE' }), ['department_code:other-day']);
  assert.deepEqual(await causes({ department_code: 'NEVER' }), ['department_code:different']);
  assert.deepEqual(await causes({ salary_annual: '99000.00', rate_effective_date: from(5) }), [
    'rate_effective_date:other-day',
    'salary_annual:other-day',
  ]);
});

test('a file that cannot be read is refused with what is wrong', async () => {
  const of = await customerWithEmployees();
  const good = csv(rowsOf());
  const cases: [string | Buffer, string][] = [
    ['name,other\nx,y\n', 'missing-key'],
    [Buffer.from([0x6b, 0xff, 0xfe]), 'not-utf8'],
    [`${good}\r\n${good.split('\r\n')[1]}`, 'duplicate-key'],
    [`${good}\r\nKOW01,000999`, 'cut-off-row'],
    ['', 'empty-file'],
    ['company_code,employee_number,shoe_size\nKOW01,1,42\n', 'no-fields'],
    ['employee_number,last_name\n', 'no-rows'],
  ];
  for (const [text, code] of cases) {
    const audit = await compared(of, text);
    assert.deepEqual([audit.state, audit.refusal?.code], ['refused', code]);
  }
  assert.equal((await upload(of, Buffer.alloc(26 * 1024 * 1024))).statusCode, 413);
  assert.equal((await upload(of, 'x', '/audits?track=nothing')).statusCode, 400);
});

test('a file is compared for an integration of the customer, and for no other', async () => {
  const of = await customerWithEmployees();
  const refused = await upload(of, 'x', `/audits?track=web-api&integration=${showId('int', of.customerId)}`);
  assert.equal(refused.json().errors[0].pointer, '/integration');
});

test('audits and extracts of another customer, or for nobody, are not to be had', async () => {
  const of = await customerWithEmployees();
  const audit = await compared(of, csv(rowsOf()));
  const { id } = (await server.as(of.manager).post(`${of.base}/extracts`, {})).json<ExtractView>();
  const { customerId } = await makeCustomer(t.platform);
  const stranger = await makePerson(t.platform, { roles: ['project-owner'], customerId });
  const own = `/api/customers/${showId('cus', customerId)}/environments/sandbox`;
  for (const path of [`/audits/${audit.id}`, `/audits/${audit.id}/differences`, `/extracts/${id}`]) {
    for (const base of [of.base, own])
      assert.equal((await server.as(stranger).get(`${base}${path}`)).statusCode, 404);
    assert.equal((await server.as(null).get(`${of.base}${path}`)).statusCode, 401);
  }
  assert.equal((await server.as(null).get(`/api/downloads/extracts/${'x'.repeat(43)}`)).statusCode, 404);
});

test('audits and extracts come page by page, none left out and none twice', async () => {
  const { base, manager, owner } = await customerWithEmployees();
  for (let n = 0; n < 3; n++) {
    const audit = await server
      .as(owner)
      .post(`${base}/audits?track=web-api&fileName=page-${n}.csv`, 'employee_number\n1\n', {
        'content-type': 'text/csv',
      });
    assert.equal(audit.statusCode, 202, audit.body);
    const extract = await server.as(manager).post(`${base}/extracts`, { restricted: 'masked' });
    assert.ok(extract.statusCode < 300, extract.body);
  }
  for (const list of ['audits', 'extracts']) {
    const page = async (query: string) => (await server.as(owner).get(`${base}/${list}?${query}`)).json();
    const ids = (one: { items: { id: string }[] }) => one.items.map(({ id }) => id);
    const first = await page('limit=2');
    const second = await page(`limit=2&before=${first.next}`);
    assert.deepEqual([first.items.length, second.items.length, second.next], [2, 1, null], list);
    assert.deepEqual([...ids(first), ...ids(second)], ids(await page('')), list);
  }
});
