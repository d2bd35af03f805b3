import assert from 'node:assert/strict';
import type { LightMyRequestResponse } from 'fastify';
import { createTransport } from 'nodemailer';
import { employeeInputOf, empRowOf, generatePerson } from '#modules/payroll/index.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import { runConsumers, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { testServer } from '#testing/http.ts';
import { runJobs } from '#testing/jobs.ts';
import { importRows } from '#testing/payroll.ts';
import { openSmtpDoor } from '../../doors/smtp/open-smtp-door.ts';
import { modules } from '../../wiring.ts';
import { freshSshKey } from '../ssh-key.ts';

const company = { code: 'KOW01', name: 'Kōwhai Foods', timeZone: 'Pacific/Auckland' };

/** A customer that has used nearly every part of the product, played through its doors. */
export async function playCustomer(t: TestDatabase) {
  const made = await makeCustomer(t.platform, { domains: ['played.example'] });
  const server = await testServer(t.platform, modules);
  const { customerId, sandboxId } = made;
  const director = server.as(await makePerson(t.platform, { roles: ['commercial-director'] }));
  const manager = server.as(await makePerson(t.platform, { roles: ['integrations-manager'] }));
  const developer = server.as(
    await makePerson(t.platform, { roles: ['developer', 'project-owner'], customerId }),
  );
  const key = server.as({
    kind: 'credential',
    id: uuidv7(),
    label: 'HR system',
    customerId,
    environmentId: sandboxId,
    scopes: [
      'environment:read',
      'employees:read',
      'employees:write',
      'events:read',
      'personal:read',
      'pay:read',
    ],
  });
  const base = `/api/customers/${showId('cus', customerId)}`;
  const sandbox = `${base}/environments/sandbox`;
  try {
    const contact = {
      name: 'Olive Owner',
      email: 'olive@played.example',
      kind: 'project-owner',
      hasAuthority: true,
    };
    await good(director.post(`${base}/contacts`, contact));
    await good(manager.post(`${sandbox}/companies`, company));
    await playPayroll(t, key, { customerId, environmentId: sandboxId });
    await playCredentials(manager, developer, sandbox);
    await playFiles(manager, developer, sandbox);
    await playWork(director, manager, base);
    await playMail(t, contact.email);
    for (let i = 0; i < 3; i++) {
      await runConsumers(
        t.platform,
        modules.flatMap((module) => module.consumers?.(t.platform) ?? []),
      );
      await runJobs(t, modules);
    }
  } finally {
    await server.close();
  }
  return made;
}

type Caller = ReturnType<Awaited<ReturnType<typeof testServer>>['as']>;

async function playPayroll(
  t: TestDatabase,
  key: Caller,
  scope: { customerId: string; environmentId: string },
) {
  const people = [0, 1, 2].map((n) => generatePerson(7, n));
  await importRows(
    t.platform,
    scope,
    'FULL',
    people.map((person) => empRowOf(person, company.code)),
  );
  const newcomer = generatePerson(7, 9);
  const path = `/v1/employees/${company.code}/${newcomer.employeeNumber}`;
  const document = employeeInputOf(newcomer);
  await good(key.put(path, document));
  const soon = Temporal.Now.plainDateISO().add({ months: 2 }).toString();
  const rate = { effectiveFrom: soon, rateType: 'annualSalary', amount: '91000.00', hoursPerWeek: '40.00' };
  await good(key.put(path, { payRates: [rate] }));
  const account = { ...document.bankAccounts?.[0], account: generatePerson(7, 12).bankAccount };
  await good(key.put(path, { bankAccounts: [account] }));
  const leaver = { ...document.employment, endDate: soon, terminationReason: 'resignation' };
  await good(key.put(path, { employment: leaver }));
  await good(key.get('/v1/environment'));
  await good(key.get('/v1/events?after=0'));
}

async function playCredentials(manager: Caller, developer: Caller, sandbox: string) {
  const wish = { label: 'HR system', purpose: 'Employees', scopes: ['employees:read'] };
  const request = await good(developer.post(`${sandbox}/key-requests`, wish));
  await good(manager.post(`${sandbox}/key-requests/${request.id}/issue`, {}));
  const url = 'http://127.0.0.1:9/hooks';
  await good(developer.post(`${sandbox}/endpoints`, { label: 'HR', url, includeValues: true }));
  await good(developer.post(`${sandbox}/receivers`, { label: 'HR' }));
}

async function playFiles(manager: Caller, developer: Caller, sandbox: string) {
  const account = await good(manager.post(`${sandbox}/files/accounts`, {}));
  const publicKey = freshSshKey('played').public;
  await good(developer.post(`${sandbox}/files/accounts/${account.id}/keys`, { publicKey }));
  const exchange = await good(manager.post(`${sandbox}/files/exchanges`, { code: 'employees' }));
  await good(developer.post(`${sandbox}/files/exchanges/${exchange.id}/agree`, { seen: exchange.terms }));
  await good(developer.post(`${sandbox}/files/formats/EMP/1/acknowledge`));
  await good(manager.post(`${sandbox}/extracts`, { restricted: 'masked' }));
  await good(manager.put(`${sandbox}/scenarios/web-api`, { scenarios: ['employee-created'] }));
}

async function playWork(director: Caller, manager: Caller, base: string) {
  const integration = await good(
    director.post(`${base}/integrations`, {
      name: 'HR system to payroll',
      tracks: ['web-api', 'file-transfer'],
      webhooks: 'both',
      dataAudit: { 'web-api': true, 'file-transfer': true },
      requester: { name: 'Olive Owner', email: 'olive@played.example' },
    }),
  );
  await good(
    director.post(`${base}/integrations/${integration.id}/actions/record-discovery`, {
      businessNeed: 'New people are typed twice.',
      requiredOutcomes: ['New starters reach payroll the same day'],
    }),
  );
  const estimate = await good(
    manager.post(`${base}/estimates`, { integration: integration.id, title: 'Employees into payroll' }),
  );
  assert.ok(estimate.id);
  await good(director.post(`${base}/cards`, { title: 'Build it', integrationId: integration.id }));
  await good(director.post(`${base}/opportunities`, { title: 'Sell it', integrationId: integration.id }));
}

async function playMail(t: TestDatabase, from: string) {
  const door = await openSmtpDoor(t.platform, { port: 0, host: '127.0.0.1' });
  const transport = createTransport({ ...door.address, secure: false, ignoreTLS: true });
  const to = 'helpdesk@vendor.example';
  await transport.sendMail({ from, to, subject: 'A question', text: 'How do we begin?' });
  transport.close();
  await door.close();
}

async function good(answer: Promise<LightMyRequestResponse>) {
  const response = await answer;
  assert.ok(response.statusCode < 300, `${response.statusCode} ${response.body}`);
  return response.body === '' ? undefined : response.json();
}
