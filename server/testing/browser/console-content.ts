import { employeeInputOf, generatePerson } from '#modules/payroll/index.ts';
import type { Actor } from '#platform/actor.ts';
import { estimateContent } from '../estimate-content.ts';
import type { ConsoleServer } from './console-server.ts';
import { addEmptyCustomer, addMidway, longName } from './console-states.ts';
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
  const integration = await server.call(director, 'POST', `${own}/integrations`, {
    name: 'HR system to payroll',
    tracks: ['web-api', 'file-transfer'],
    webhooks: 'both',
    dataAudit: { 'web-api': true },
    operations: ['putEmployee', 'listEvents'],
  });
  await server.call(director, 'POST', `${own}/integrations/${integration.id}/actions/record-discovery`, {
    businessNeed: 'New starters are typed twice.',
    requiredOutcomes: ['One place to enter them'],
  });
  const { estimate, signOff } = await sendEstimate(server, {
    own,
    director,
    manager,
    administrator,
    contact: contact.id,
  });
  const inside = `${own}/environments/${environment}`;
  const oneTimeLink = await connect(server, { inside, owner, manager, administrator });
  const employee = await addEmployees(server, { inside, owner, manager, administrator });
  await server.call(manager, 'POST', `${inside}/files/accounts`, {});
  await server.call(manager, 'POST', `${inside}/files/exchanges`, { code: 'employees' });
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
      estimate,
      employee,
      signOff,
      oneTimeLink,
      midway,
      empty,
      manyEmployees: true,
    },
  };
}

interface EstimateParts {
  own: string;
  director: Actor;
  manager: Actor;
  administrator: Actor;
  contact: string;
}

async function sendEstimate(
  server: ConsoleServer,
  { own, director, manager, administrator, contact }: EstimateParts,
) {
  const made = await server.call(manager, 'POST', `${own}/estimates`, {
    content: estimateContent,
  });
  const path = `${own}/estimates/${made.id}`;
  await server.call(manager, 'POST', `${path}/submit`);
  await server.call(director, 'POST', `${path}/finalise`);
  await server.call(director, 'POST', `${path}/send`, { contacts: [contact] });
  return { estimate: made.id, signOff: await pathInMail(server, administrator, /\/sign-off\/[\w-]+/) };
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

async function addEmployees(server: ConsoleServer, parts: ConnectParts) {
  const { inside, manager } = parts;
  await server.call(manager, 'POST', `${inside}/companies`, {
    code: 'KW',
    name: 'Kōwhai',
    timeZone: 'Pacific/Auckland',
  });
  const revealed = await server.call(null, 'POST', `/api${await issueKey(server, parts, 'HR system')}`);
  const key = String(revealed.items[0]?.['value']);
  for (let first = 1; first <= employeeCount; first += 10)
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => first + index).map((n) =>
        server.call({ key }, 'PUT', `/v1/employees/KW/${1000 + n}`, employeeInputOf(generatePerson(3, n))),
      ),
    );
  const list = await server.call(manager, 'GET', `${inside}/employees`);
  return String(list.items[0]?.['employeeId']);
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
