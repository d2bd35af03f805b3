import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '#platform/database.ts';
import { parseId } from '#platform/ids.ts';
import { openTestDatabase } from '#testing/database.ts';
import { until } from '#testing/until.ts';
import { startServer } from '../../../scripts/journey/server-process.ts';
import { Caller, type JsonAnswer } from '../../demonstration/call.ts';
import { awaitMail, linkIn } from '../../demonstration/mailbox.ts';
import type { People } from '../../demonstration/people.ts';
import { pressButton, secretAmong } from '../../demonstration/robot/portal-tasks.ts';
import { freshSshKey } from '../ssh-key.ts';

export const code = 'KOWHAI';
export const owner = {
  name: 'Ōriwa Owner',
  email: 'owner@kowhai.example',
  kind: 'project-owner',
  hasAuthority: true,
};
export const developer = { name: 'Devi Developer', email: 'developer@kowhai.example', kind: 'developer' };

/** A real server with its doors open, the vendor's people signed in, and a customer ready to use every door. */
export type Doors = Awaited<ReturnType<typeof openDoors>>;

/** Starts it on a database of its own. Nothing of it is in this process: its words are what it writes to its log. */
export async function openDoors(env: Record<string, string> = {}) {
  const t = await openTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-doors-'));
  chmodSync(dataDir, 0o755);
  const server = await startServer({
    dataDir: join(dataDir, 'data'),
    port: 0,
    env: { DATABASE_URL: t.ownerUrl, FAIRLEAD_SERVER_LOG_LEVEL: 'debug', ...env },
  });
  let words = server.output();
  for (const stream of [server.child.stdout, server.child.stderr])
    stream?.on('data', (text: string) => {
      words += text;
    });
  const url = new URL(process.env['FAIRLEAD_TEST_DATABASE'] ?? '');
  url.pathname = new URL(t.ownerUrl).pathname;
  const database = openDatabase(url.href, { max: 1 });
  const close = async () => {
    await server.stop();
    await database.end();
    await t.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const { http } = server.addresses;
    const staff = {} as Record<People, Caller>;
    for (const [who, link] of Object.entries(server.links())) {
      staff[who as People] = new Caller(http);
      await staff[who as People].signIn(link);
    }
    const customer = await makeCustomer(staff);
    const path = `/api/customers/${customer.id}`;
    const sandbox = `${path}/environments/sandbox`;
    const portal = new Caller(http);
    await new Caller(http).post('/api/auth/sign-in/magic-link', { email: developer.email, callbackURL: '/' });
    await portal.signIn(linkIn((await awaitMail(staff.administrator, developer.email, 'sign-in')).text));
    const key = await getKey(staff, portal, sandbox);
    const sftp = await getAccount(staff, portal, sandbox, server.addresses.sftp);
    return {
      ...server.addresses,
      staff,
      portal,
      customer: { id: customer.id as string, uuid: parseId('cus', customer.id) ?? '', path, sandbox },
      key,
      api: new Caller(http, { authorization: `Bearer ${key}` }),
      sftp,
      /** Above all walls: to look at what was kept, and to make a link old. */
      database,
      /** Everything the server has written so far, from all its processes. */
      words: () => words,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function makeCustomer({ director, manager }: Record<People, Caller>): Promise<JsonAnswer> {
  const wish = {
    code,
    name: 'Kōwhai Orchards',
    serviceModel: 'saas',
    headCount: 480,
    domains: ['kowhai.example'],
  };
  const customer = (await director.post('/api/customers', wish)).json;
  const path = `/api/customers/${customer.id}`;
  for (const contact of [owner, developer]) await director.post(`${path}/contacts`, contact);
  const company = { code: 'KOW01', name: 'Kōwhai Orchards Limited', timeZone: 'Pacific/Auckland' };
  await manager.post(`${path}/environments/sandbox/companies`, company);
  return customer;
}

const scopes = [
  'environment:read',
  'employees:read',
  'employees:write',
  'events:read',
  'personal:read',
  'pay:read',
];

async function getKey(staff: Record<People, Caller>, portal: Caller, sandbox: string): Promise<string> {
  const wish = { label: 'HR system', purpose: 'Employees', scopes };
  const request = (await portal.post(`${sandbox}/key-requests`, wish)).json;
  await staff.manager.post(`${sandbox}/key-requests/${request.id}/issue`, {});
  const mail = await awaitMail(staff.administrator, developer.email, 'api-key-link');
  return secretAmong(await pressButton(linkIn(mail.text)));
}

async function getAccount(
  { manager }: Record<People, Caller>,
  portal: Caller,
  sandbox: string,
  address: { host: string; port: number },
) {
  const account = (await manager.post(`${sandbox}/files/accounts`, {})).json;
  const pair = freshSshKey('kowhai-hr');
  await portal.post(`${sandbox}/files/accounts/${account.id}/keys`, { publicKey: pair.public });
  const exchange = (await manager.post(`${sandbox}/files/exchanges`, { code: 'employees' })).json;
  await portal.post(`${sandbox}/files/exchanges/${exchange.id}/agree`, { seen: exchange.terms });
  return { ...address, username: account.userName as string, privateKey: pair.private };
}

/** Facts that reading alone brings about. */
const sightings = ['api.first_call', 'api.operation_seen', 'scenario.passed', 'certification.completed'];

/** What a change would leave behind: every employee as the API gives them, and how far the log has come. */
export async function takeStock({ api, portal, staff, customer }: Doors) {
  const employees = (await api.get('/v1/employees?limit=200&view=full')).json.items;
  const transfers = (await portal.get(`${customer.sandbox}/files/transfers?limit=200`)).json.items;
  const tickets = (await staff.director.get('/api/tickets')).json.items;
  return {
    employees: createHash('sha256').update(JSON.stringify(employees)).digest('hex'),
    count: employees.length as number,
    events: (await eventTypes(api)).filter((type) => !sightings.includes(type)),
    transfers: transfers.length as number,
    tickets: tickets.length as number,
  };
}

/** The types of the environment's events in their order, checked to be without a hole. */
export async function eventTypes(api: Caller): Promise<string[]> {
  const types: string[] = [];
  for (;;) {
    const page = (await api.get(`/v1/events?after=${types.length}&limit=200`)).json;
    if (page.items.length === 0) return types;
    for (const event of page.items) {
      if (event.sequence !== types.length + 1) throw new Error(`the feed has a hole at ${event.sequence}`);
      types.push(event.type);
    }
  }
}

/** Waits until the log of the environment has a type often enough. */
export function untilLogged(api: Caller, type: string, times = 1): Promise<unknown> {
  return until(async () => (await eventTypes(api)).filter((one) => one === type).length >= times, {
    what: `the log has ${times} × ${type}`,
    deadlineMs: 20_000,
  });
}
