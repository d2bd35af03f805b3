import type { Actor } from '#platform/actor.ts';
import { parseId } from '#platform/ids.ts';
import { estimateContent } from '../estimate-content.ts';
import { employees, openFileHome } from '../file-home.ts';
import type { Answer, ConsoleServer } from './console-server.ts';
import { addEmptyCustomer, addMidway, longName } from './console-states.ts';
import { addTraffic } from './console-traffic.ts';
import type { Looker, Places } from './screens.ts';

/** What the screens of a test show: one customer with something of everything. */
export interface ConsoleContent {
  places: Places;
  actors: Record<Looker, Actor | undefined> & Record<'staff' | 'administrator', Actor>;
}

const environment = 'sandbox';
/** So many that the list draws only what is in sight. */
export const employeeCount = 240;

/** Fills a console through its own HTTP API, as the people it is made for would. */
export async function fillConsole(server: ConsoleServer): Promise<ConsoleContent> {
  const director = await server.person(['commercial-director'], 'Aroha Director');
  const manager = await server.person(['integrations-manager'], 'Ishaan Manager');
  const administrator = await server.person(['administrator'], 'Ada Administrator');
  const customer = await server.call(director, 'POST', '/api/customers', {
    code: 'KOWHAI',
    name: longName,
    serviceModel: 'saas',
  });
  const own = `/api/customers/${customer.id}`;
  const contact = await server.call(director, 'POST', `${own}/contacts`, {
    name: 'Ōriwa Owner',
    email: 'owner@kowhai.example',
    kind: 'project-owner',
    hasAuthority: true,
  });
  const owner = await server.person(['project-owner', 'developer'], 'Ōriwa Owner', customer.id);
  const [integration, waiting] = [
    await openIntegration(server, { director, own }, 'HR system to payroll'),
    await openIntegration(server, { director, own }, 'Time clock to payroll'),
  ];
  await server.call(manager, 'POST', `${own}/integrations/${integration.id}/actions/answer-consultation`, {
    answer: 'Fits the standard API',
  });
  const finalised = await finaliseEstimate(server, { own, director, manager });
  const estimate = await finaliseEstimate(server, { own, director, manager });
  await server.call(director, 'POST', `${own}/estimates/${estimate}/send`, { contacts: [contact.id] });
  const signOff = await pathInMail(server, administrator, /\/sign-off\/[\w-]+/);
  const inside = `${own}/environments/${environment}`;
  const home = await openFileHome(server.database, {
    customerId: parseId('cus', customer.id) ?? '',
    sandboxId: parseId('env', environmentOf(customer).id) ?? '',
    code: 'KOWHAI',
  });
  await home.send(employees(employeeCount), home.fileName('FULL'));
  const key = await revealKey(server, { inside, owner, manager, administrator });
  await addTraffic(server, { inside, owner, manager, key, home });
  const oneTimeLink = await connect(server, { inside, owner, manager, administrator });
  const list = await server.call(manager, 'GET', `${inside}/employees`);
  const midway = await addMidway(server.database);
  const empty = await addEmptyCustomer({
    director: (method, path, body) => server.call(director, method, path, body),
    manager: (method, path, body) => server.call(manager, method, path, body),
  });
  return {
    actors: { nobody: undefined, staff: manager, director, administrator, portal: owner },
    places: {
      customer: customer.id,
      integration: integration.id,
      waiting: waiting.id,
      estimate,
      finalised,
      employee: String(list.items[0]?.['employeeId']),
      signOff,
      oneTimeLink,
      midway,
      empty,
      hasHeld: true,
    },
  };
}

const environmentOf = (customer: Answer) =>
  (customer['environments'] as Answer[]).find((one) => one['kind'] === environment) as Answer;

async function openIntegration(
  server: ConsoleServer,
  { director, own }: { director: Actor; own: string },
  name: string,
): Promise<Answer> {
  const opened = await server.call(director, 'POST', `${own}/integrations`, {
    name,
    tracks: ['web-api', 'file-transfer'],
    webhooks: 'both',
    dataAudit: { 'web-api': true },
    operations: ['putEmployee', 'listEvents'],
  });
  await server.call(director, 'POST', `${own}/integrations/${opened.id}/actions/record-discovery`, {
    businessNeed: 'New starters are typed twice.',
    requiredOutcomes: ['One place to enter them'],
  });
  return opened;
}

interface EstimateParts {
  own: string;
  director: Actor;
  manager: Actor;
}

/** An estimate that is ready to be sent; answers with its id. */
async function finaliseEstimate(server: ConsoleServer, { own, director, manager }: EstimateParts) {
  const { id } = await server.call(manager, 'POST', `${own}/estimates`, { content: estimateContent });
  const path = `${own}/estimates/${id}`;
  await server.call(manager, 'POST', `${path}/submit`);
  await server.call(director, 'POST', `${path}/finalise`);
  return id;
}

interface ConnectParts {
  inside: string;
  owner: Actor;
  manager: Actor;
  administrator: Actor;
}

/** Asks for a key and issues it; answers with the path of its one-time link. */
async function issueKey(
  server: ConsoleServer,
  { inside, owner, manager, administrator }: ConnectParts,
  label: string,
) {
  const asked = await server.call(owner, 'POST', `${inside}/key-requests`, { label, purpose: 'Employees' });
  await server.call(manager, 'POST', `${inside}/key-requests/${asked.id}/issue`, {});
  return pathInMail(server, administrator, /\/links\/[\w-]+/);
}

/** Issues a key and collects it over its one-time link. */
async function revealKey(server: ConsoleServer, parts: ConnectParts): Promise<string> {
  const revealed = await server.call(null, 'POST', `/api${await issueKey(server, parts, 'HR system')}`);
  return String(revealed.items[0]?.['value']);
}

async function connect(server: ConsoleServer, parts: ConnectParts) {
  const { inside, owner, manager } = parts;
  const link = await issueKey(server, parts, 'Time clock');
  await server.call(owner, 'POST', `${inside}/key-requests`, {
    label: 'Reporting',
    purpose: 'Reads the feed',
  });
  await server.call(manager, 'POST', `${inside}/endpoints`, {
    label: 'HR system',
    url: 'http://127.0.0.1:9/hooks',
  });
  await server.call(manager, 'POST', `${inside}/receivers`, { label: 'HR system' });
  return link;
}

/** The newest path of a kind that a mail in the outbox holds; undefined when none does. */
export async function pathInMail(
  server: ConsoleServer,
  reader: Actor,
  pattern: RegExp,
): Promise<string | undefined> {
  const { items } = await server.call(reader, 'GET', '/api/outbox?limit=200');
  for (const mail of items) {
    const { text } = await server.call(reader, 'GET', `/api/outbox/${mail.id}`);
    const found = pattern.exec(String(text ?? ''))?.[0];
    if (found !== undefined) return found;
  }
  return undefined;
}
