import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import type { EmployeeInputJson } from '#contract/payroll.ts';
import { employeeInputOf, generatePerson } from '#modules/payroll/index.ts';
import type { CustomerEndpoint } from '#testing/customer-endpoint.ts';
import { until } from '#testing/until.ts';
import type { JsonAnswer } from '../../demonstration/call.ts';
import { employeeFile } from '../../demonstration/robot/employee-file.ts';
import { pressButton, secretAmong } from '../../demonstration/robot/portal-tasks.ts';
import { listTables } from '../walls/catalogue.ts';
import { ackOf, fileName, type SftpClient } from './bad-files.ts';
import { ask } from './bad-http.ts';
import { type Doors, untilLogged } from './open-doors.ts';

/** A name (P1) that every telltale person has: records, files and webhooks may hold it, a log may not. */
export const taleName = 'Zyxtelltale';

/** A person whose every private value can be told from all others. */
interface Telltale {
  number: string;
  values: Record<string, string>;
  document: EmployeeInputJson;
}

function telltale(n: number): Telltale {
  const person = generatePerson(977, n);
  const plain = employeeInputOf(person);
  const values = {
    birthDate: `19${61 + (n % 9)}-02-1${n % 9}`,
    personalEmail: `telltale-${n}@very-private.example`,
    mobile: `+6429987650${n}`,
    line1: `${7000 + n} Telltale Crescent`,
    irdNumber: person.irdNumber,
    bankAccount: person.bankAccount,
    accountName: `TELLTALE ${n} SAVINGS`,
    salary: `${81_357 + n}.91`,
    futureSalary: `${91_753 + n}.19`,
  };
  const [account] = plain.bankAccounts ?? [];
  assert.ok(account && plain.person && plain.taxNz);
  const rate = { rateType: 'annualSalary', hoursPerWeek: '40.00' } as const;
  return {
    number: person.employeeNumber,
    values,
    document: {
      ...plain,
      person: {
        ...plain.person,
        legalLastName: taleName,
        dateOfBirth: values.birthDate,
        personalEmail: values.personalEmail,
        mobile: values.mobile,
        address: { line1: values.line1, city: 'Auckland', country: 'NZ' },
      },
      bankAccounts: [{ ...account, accountName: values.accountName }],
      payRates: [{ ...rate, effectiveFrom: '2026-04-01', amount: values.salary }],
    },
  };
}

const people = Array.from({ length: 6 }, (_, n) => telltale(n + 701)) as [
  Telltale,
  Telltale,
  Telltale,
  Telltale,
  Telltale,
  Telltale,
];
/** An IRD number and an account whose check digits are wrong: sent, refused, and kept by nobody. */
const refused = { irdNumber: '987654321', bankAccount: '99-9999-9876543-21', salary: '-77531.13' };

/** Lets telltale values in through the API, a file, a webhook and a data audit, good ones and refused ones. */
export async function tellTales(doors: Doors, client: SftpClient, endpoint: CustomerEndpoint): Promise<void> {
  await subscribe(doors, endpoint);
  await tellApi(doors);
  await tellFile(doors, client);
  await tellWebhook(doors);
  await tellAudit(doors);
  await until(() => endpoint.got.filter((one) => one.payload.type.startsWith('employee.')).length >= 3, {
    what: 'the customer has its webhooks',
    deadlineMs: 20_000,
  });
}

async function subscribe({ portal, customer }: Doors, endpoint: CustomerEndpoint): Promise<void> {
  const wish = { label: 'Listens', url: endpoint.url, includeValues: true };
  const made = (await portal.post(`${customer.sandbox}/endpoints`, wish)).json;
  await pressButton(made.secretLink.url);
}

async function tellApi(doors: Doors): Promise<void> {
  const { api, http, key, staff, customer } = doors;
  const [first, second] = people;
  const path = `/v1/employees/KOW01/${first.number}`;
  await api.put(path, first.document);
  await api.put(path, {
    payRates: [
      {
        effectiveFrom: '2027-02-01',
        rateType: 'annualSalary',
        amount: first.values['futureSalary'],
        hoursPerWeek: '40.00',
      },
    ],
  });
  await api.put(path, { bankAccounts: second.document.bankAccounts });
  const changes = (await staff.lead.get(`${customer.sandbox}/bank-changes`)).json.items;
  for (const change of changes)
    await staff.lead.post(`${customer.sandbox}/bank-changes/${change.id ?? change.changeId}/approve`);
  const [shown] = (await staff.lead.get(`${customer.sandbox}/employees?search=${first.number}`)).json.items;
  await staff.lead.get(`${customer.sandbox}/employees/${shown.employeeId}`);
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const wrong: EmployeeInputJson[] = [
    { ...second.document, taxNz: { taxCode: 'M', irdNumber: refused.irdNumber } },
    {
      ...second.document,
      bankAccounts: [{ country: 'NZ', account: refused.bankAccount, allocation: { type: 'balance' } }],
    },
    {
      ...second.document,
      payRates: [{ effectiveFrom: '2026-04-01', rateType: 'annualSalary', amount: refused.salary }],
    },
    { ...second.document, taxNz: { ...second.document.taxNz, taxCode: second.values['irdNumber'] as never } },
    {
      ...second.document,
      [second.values['accountName'] ?? '']: second.values['bankAccount'],
    } as EmployeeInputJson,
  ];
  for (const document of wrong) {
    const body = JSON.stringify(document);
    const answer = await ask(http, 'PUT', `/v1/employees/KOW01/${second.number}`, { body, headers });
    assert.ok(answer.status === 400 || answer.status === 422, answer.text);
    assert.deepEqual(
      valuesIn(answer.text, ['accountName']),
      [],
      `the answer repeats a value: ${answer.text}`,
    );
  }
  await ask(
    http,
    'GET',
    `/v1/employees/KOW01/${second.values['irdNumber']}?x=${second.values['bankAccount']}`,
    { headers },
  );
}

async function tellFile({ staff, customer }: Doors, client: SftpClient): Promise<void> {
  const name = fileName('DELTA');
  const text = employeeFile(900, 30, (row, i) => {
    const { values } = people[2];
    if (i === 0) Object.assign(row, rowOf(values));
    if (i === 1) row['ird_number'] = refused.irdNumber;
    if (i === 2) Object.assign(row, { bank_1: refused.bankAccount, salary_annual: refused.salary });
    if (i === 3) row['birth_date'] = `${people[3].values['birthDate']} ${people[3].values['irdNumber']}`;
  });
  await client.put(`/in/employees/${name}`, Buffer.from(text));
  const ack = await ackOf(client, name);
  assert.equal(ack.rows.rejected, 3, ack.text);
  for (const answer of [ack.text, ack.errors])
    assert.deepEqual(valuesIn(answer), [], `an answer repeats a value: ${answer}`);
  // So many new people at once wait for a person.
  assert.equal(ack.status, 'held', ack.text);
  const path = `${customer.sandbox}/files/transfers`;
  const held = (await staff.manager.get(path)).json.items.find(
    (transfer: JsonAnswer) => transfer.fileName === name,
  );
  await staff.manager.post(`${path}/${held.id}/approve`, {
    sha256: held.sha256,
    reason: 'They are new here',
  });
}

function rowOf(values: Record<string, string>): Record<string, string> {
  return {
    birth_date: values['birthDate'] ?? '',
    personal_email: values['personalEmail'] ?? '',
    mobile: values['mobile'] ?? '',
    res_line1: values['line1'] ?? '',
    ird_number: values['irdNumber'] ?? '',
    bank_1: values['bankAccount'] ?? '',
    bank_1_name: values['accountName'] ?? '',
    salary_annual: values['salary'] ?? '',
  };
}

async function tellWebhook(doors: Doors): Promise<void> {
  const { portal, customer } = doors;
  const made = (await portal.post(`${customer.sandbox}/receivers`, { label: 'HR' })).json;
  const secret = secretAmong(await pressButton(made.secretLink.url));
  const [, , , , fifth, sixth] = people;
  const post = async (number: string, employee: object) => {
    const body = JSON.stringify({
      type: 'employee.upsert',
      timestamp: new Date().toISOString(),
      data: { companyCode: 'KOW01', employeeNumber: number, employee },
    });
    const id = `msg_${randomUUID()}`;
    const at = Math.floor(Date.now() / 1000);
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(at),
      'webhook-signature': `v1,${signature}`,
    };
    const answer = await ask(doors.http, 'POST', new URL(made.receiver.url).pathname, {
      body,
      headers: { ...headers, 'content-type': 'application/json' },
    });
    assert.equal(answer.status, 202, answer.text);
  };
  await post(fifth.number, fifth.document);
  await post(sixth.number, { ...sixth.document, taxNz: { taxCode: 'M', irdNumber: refused.irdNumber } });
  await until(
    async () => {
      const rows = await doors.database<
        { state: string }[]
      >`select state from webhooks.inbound order by number`;
      return rows.length === 2 && rows[0]?.state === 'applied' && rows[1]?.state === 'dead';
    },
    { what: 'one message is applied and the other is dead', deadlineMs: 20_000 },
  );
  await portal.get(`${customer.sandbox}/inbound`);
}

/** An extract in full, compared with a file of the customer's that has other salaries and birth dates. */
async function tellAudit(doors: Doors): Promise<void> {
  const { staff, portal, customer } = doors;
  const wish = { restricted: 'full', reason: 'The customer compares accounts' };
  const extract = (await staff.manager.post(`${customer.sandbox}/extracts`, wish)).json;
  await until(
    async () =>
      (await staff.manager.get(`${customer.sandbox}/extracts/${extract.id}`)).json.state === 'ready',
    {
      what: 'the extract is ready',
      deadlineMs: 20_000,
    },
  );
  const header = 'company_code,employee_number,birth_date,salary_annual,ird_number,bank_1';
  const [first] = people;
  const { birthDate, salary, irdNumber, bankAccount } = people[5].values;
  const file = `${header}\r\nKOW01,${first.number},${birthDate},${salary},${irdNumber},${bankAccount}\r\n`;
  await portal.post(`${customer.sandbox}/audits?track=web-api&fileName=hr.csv`, file, {
    headers: { 'content-type': 'text/csv' },
  });
  await untilLogged(doors.api, 'data_audit.compared');
}

/** Which telltale values stand in a text, in the spellings that people and programs write them. */
export function valuesIn(text: string, except: string[] = []): string[] {
  const found: string[] = [];
  for (const { values } of [...people, { values: refused as Record<string, string> }])
    for (const [name, value] of Object.entries(values))
      if (!except.includes(name) && spellings(name, value).some((one) => text.includes(one)))
        found.push(`${name} ${value}`);
  return found;
}

function spellings(name: string, value: string): string[] {
  if (name === 'irdNumber') {
    const parts = /^(\d{2,3})-?(\d{3})-?(\d{3})$/.exec(value)?.slice(1) ?? [value];
    return [parts.join(''), parts.join('-'), parts.join(' ')];
  }
  if (name === 'bankAccount') {
    const digits = value.replaceAll(/\D/g, '');
    return [value, digits, value.replaceAll('-', ' '), value.split('-')[2] ?? value];
  }
  if (/salary/i.test(name)) return [value, value.replace(/(\d\d)(\d{3})\./, '$1,$2.')];
  return [value];
}

/** Where telltale values stand in the database: every column of every table, the queue and the sign-in library included. */
export async function tablesWithTales(database: Doors['database']): Promise<Record<string, string[]>> {
  const places: Record<string, string[]> = {};
  const tables = (await listTables(database)).map((table) => table.name);
  tables.push(
    'graphile_worker._private_jobs',
    'auth.user',
    'auth.session',
    'auth.verification',
    'auth.account',
  );
  for (const table of tables) {
    const quoted = table.replace(/\.(.*)$/, '."$1"');
    const bytes = await database<{ name: string }[]>`
      select attname as name from pg_attribute
      where attrelid = ${quoted}::regclass and atttypid = 'bytea'::regtype and not attisdropped`;
    const plain = bytes.map(({ name }) => ` || ' ' || coalesce(encode("${name}", 'escape'), '')`).join('');
    const rows = await database.unsafe(`select to_jsonb(r)::text${plain} as row from ${quoted} r`);
    const found = new Set(rows.flatMap((row) => valuesIn(String(row['row']))));
    if (found.size > 0) places[table] = [...found].sort();
  }
  return places;
}
