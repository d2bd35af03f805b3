import { dataAudits } from '#modules/data-audits/index.ts';
import { desk, receiveMail } from '#modules/desk/index.ts';
import { csvLine } from '#modules/file-exchange/index.ts';
import { empRowOf, generateAccount, generatePerson } from '#modules/payroll/index.ts';
import { webhooks } from '#modules/webhooks/index.ts';
import type { Actor } from '#platform/actor.ts';
import { startCustomerEndpoint } from '../customer-endpoint.ts';
import { runConsumers, type TestDatabase } from '../database.ts';
import { employees, type FileHome } from '../file-home.ts';
import { runJobs } from '../jobs.ts';
import { until } from '../until.ts';
import type { ConsoleServer } from './console-server.ts';

interface TrafficParts {
  /** The path of the customer's sandbox. */
  inside: string;
  owner: Actor;
  manager: Actor;
  /** An API key of the sandbox. */
  key: string;
  home: FileHome;
}

/**
 * Lets everything go through the sandbox of a customer once: files that are applied, in part refused and held, signed
 * messages that are taken and refused, an extract and a data audit with differences, a bank change that waits, and a
 * mail that nobody knows the sender of.
 */
export async function addTraffic(server: ConsoleServer, parts: TrafficParts): Promise<void> {
  const { inside, owner, manager, key, home } = parts;
  const messages = await startWebhooks(server, parts);
  const changed = (row: Record<string, string>, index: number) => {
    row['position_title'] = 'Team Leader';
    if (index === 7) row['ird_number'] = '123456789';
  };
  await home.send(employees(12, changed));
  await home.send(employees(20), home.fileName('FULL'));
  await messages.send(11);
  await server.call({ key }, 'PUT', `/v1/employees/KOW01/${personAt(3).employeeNumber}`, {
    bankAccounts: [{ country: 'NZ', account: generateAccount(9, 9), allocation: { type: 'balance' } }],
  });
  await server.call(manager, 'POST', `${inside}/extracts`, {});
  const file = await fetch(`${server.base}${inside}/audits?track=web-api&fileName=hr-employees.csv`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', ...server.headersOf(owner) },
    body: customersOwnList(240),
  });
  if (!file.ok) throw new Error(`the customer's file was answered ${file.status}: ${await file.text()}`);
  await receiveFromStranger(server.database);
  await runJobs(server.database, [desk, dataAudits]);
}

const personAt = (index: number) => generatePerson(7, index);

/** What the customer's own system holds, for two of its employees not what payroll holds. */
function customersOwnList(count: number): string {
  const columns = ['company_code', 'employee_number', 'first_name', 'last_name', 'location_code'];
  const rows = Array.from({ length: count }, (_, index) => {
    const row: Record<string, string> = empRowOf(personAt(index), 'KOW01');
    if (index < 2) row['location_code'] = 'TYPO';
    if (index === 5) row['last_name'] = 'Ngāhuia-Te-Rangikaheke';
    return csvLine(columns.map((name) => row[name] ?? ''));
  });
  return [csvLine(columns), ...rows].join('');
}

/** An endpoint whose secret was collected and that takes two of three messages. */
async function startWebhooks(server: ConsoleServer, { inside, owner }: TrafficParts) {
  const { platform } = server.database;
  const queue = () => runConsumers(platform, webhooks.consumers?.(platform) ?? []);
  const endpoint = await startCustomerEndpoint(() =>
    endpoint.got.length % 3 === 1 ? { status: 503, body: 'Down for maintenance until 14:00' } : 204,
  );
  const made = await server.call(owner, 'POST', `${inside}/endpoints`, {
    label: 'Time clock',
    url: endpoint.url,
  });
  const { url } = made['secretLink'] as { url: string };
  await server.call(null, 'POST', `/api${new URL(url, server.base).pathname}`);
  await queue();
  return {
    send: async (count: number) => {
      await queue();
      const dispatcher = webhooks.loops?.(platform).find((one) => one.name === 'webhooks.dispatcher');
      const running = dispatcher?.start();
      await until(() => endpoint.got.length >= count, { what: 'the messages are sent' });
      await running?.stop();
      await endpoint.close();
    },
  };
}

async function receiveFromStranger({ platform }: TestDatabase): Promise<void> {
  const writer = await platform.objects.create({ class: 'mail' });
  const to = platform.config.desk.helpdeskAddress;
  const lines = [
    'From: Hana Stranger <hana@elsewhere.example>',
    `To: ${to}`,
    'Subject: Estimate for our second HR system',
    'Message-ID: <second@elsewhere.example>',
    '',
    'Kia ora, could you estimate what it takes to connect our second HR system as well?',
  ];
  await writer.write(Buffer.from(lines.join('\r\n')));
  const { key, sha256, sizeBytes } = await writer.finish();
  await receiveMail(platform, {
    objectKey: key,
    sha256: Buffer.from(sha256, 'hex'),
    sizeBytes,
    envelopeFrom: 'hana@elsewhere.example',
    envelopeTo: [to],
    remoteAddress: '192.0.2.1',
    helo: null,
    authenticatedAs: null,
  });
}
