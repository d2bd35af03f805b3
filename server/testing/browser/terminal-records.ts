import { until } from '#testing/until.ts';
import type { JsonAnswer } from '../../demonstration/call.ts';
import { employeeDocument } from '../../demonstration/robot/people.ts';
import { type Doors, developer } from '../doors/open-doors.ts';
import type { TerminalState, World } from './terminal-states.ts';

const onCustomer =
  (tab: string): TerminalState['page'] =>
  ({ customer }) =>
    `/customers/${customer.id}?tab=${tab}&environment=sandbox`;
const onEmployees: TerminalState['page'] = ({ customer }) =>
  `/customers/${customer.id}/employees?environment=sandbox`;

let next = 300;
/** Writes a new person through the API and gives their number. */
async function newEmployee({ doors }: World): Promise<{ number: string; employee: JsonAnswer }> {
  next += 1;
  const { employeeNumber, employee } = employeeDocument(next);
  await doors.api.put(`/v1/employees/KOW01/${employeeNumber}`, employee);
  return { number: employeeNumber, employee };
}

/** Asks for another bank account of a new person, which is held; gives the change. */
async function heldChange(world: World): Promise<JsonAnswer> {
  const { doors } = world;
  const { number } = await newEmployee(world);
  const other = employeeDocument(next + 5_000).employee.bankAccounts;
  await doors.api.put(`/v1/employees/KOW01/${number}`, { bankAccounts: other });
  const { items } = (await doors.staff.lead.get(`${doors.customer.sandbox}/bank-changes`)).json;
  return items.find((change: JsonAnswer) => change.employeeNumber === number);
}

const bankChange = (
  value: string,
  make: (world: World, change: JsonAnswer) => Promise<unknown>,
): TerminalState => ({
  state: `payroll.held_bank_changes.status=${value}`,
  door: 'call',
  who: 'lead',
  page: (doors) => `${onEmployees(doors)}&bank-changes=${value}`,
  make: async (world) => {
    const change = await heldChange(world);
    await make(world, change);
    return [change.employeeNumber];
  },
});

const ask = async ({ doors }: World, label: string): Promise<JsonAnswer> =>
  (
    await doors.portal.post(`${doors.customer.sandbox}/key-requests`, {
      label,
      purpose: label,
      scopes: ['employees:read'],
    })
  ).json;

const keyRequest = (
  value: string,
  make: (world: World, request: JsonAnswer) => Promise<unknown>,
  words: string[] = [],
): TerminalState => ({
  state: `credentials.key_requests.status=${value}`,
  door: 'call',
  who: 'manager',
  page: onCustomer('credentials'),
  make: async (world) => {
    const label = `Key ${value} of the table`;
    await make(world, await ask(world, label));
    return [label, ...words];
  },
});

/** Uploads a file to a data audit and waits for what becomes of it; gives its name. */
async function audit({ doors }: World, value: string, text: string, word = value): Promise<string> {
  const name = `hr-${word}.csv`;
  const path = `${doors.customer.sandbox}/audits`;
  const { id } = (
    await doors.portal.post(`${path}?track=web-api&fileName=${name}`, text, {
      headers: { 'content-type': 'text/csv' },
    })
  ).json;
  await until(async () => (await doors.portal.get(`${path}/${id}`)).json.state === value, {
    what: `the audit is ${value}`,
    deadlineMs: 30_000,
  });
  return name;
}

const audited = (value: string, make: (world: World) => Promise<string>): TerminalState => ({
  state: `data_audits.audits.state=${value}`,
  door: 'upload',
  who: 'portal',
  page: onCustomer('audits'),
  make: async (world) => [await make(world)],
});

const inbound = (value: string, words: string, make: (world: World) => Promise<string>): TerminalState => ({
  state: `webhooks.inbound.state=${value}`,
  door: 'message',
  who: 'portal',
  page: onCustomer('webhooks'),
  make: async (world) => {
    const number = await make(world);
    const { doors } = world;
    await until(
      async () =>
        (await doors.portal.get(`${doors.customer.sandbox}/inbound`)).json.items.some(
          (message: JsonAnswer) => message.employeeNumber === number && message.state === value,
        ),
      { what: `the message about ${number} is ${value}`, deadlineMs: 30_000 },
    );
    return [number, words];
  },
});

const change = (number: string, employee: object) => ({
  companyCode: 'KOW01',
  employeeNumber: number,
  employee,
});

const extractOf = (doors: Doors) => `${doors.customer.sandbox}/extracts`;

export const recordStates: TerminalState[] = [
  {
    state: 'an employee written by the API',
    door: 'call',
    who: 'portal',
    page: onEmployees,
    make: async (world) => [(await newEmployee(world)).number],
  },
  bankChange('held', async () => {}),
  bankChange('approved', ({ doors }, held) =>
    doors.staff.lead.post(`${doors.customer.sandbox}/bank-changes/${held.changeId}/approve`),
  ),
  bankChange('refused', ({ doors }, held) =>
    doors.staff.lead.post(`${doors.customer.sandbox}/bank-changes/${held.changeId}/refuse`, {
      reason: 'Not theirs',
    }),
  ),
  bankChange('replaced', ({ doors }, held) =>
    doors.api.put(`/v1/employees/KOW01/${held.employeeNumber}`, {
      bankAccounts: employeeDocument(next + 6_000).employee.bankAccounts,
    }),
  ),
  bankChange('withdrawn', ({ doors }, held) =>
    doors.api.put(`/v1/employees/KOW01/${held.employeeNumber}`, {
      bankAccounts: employeeDocument(next).employee.bankAccounts,
    }),
  ),
  keyRequest('open', async () => {}),
  keyRequest('issued', ({ doors }, request) =>
    doors.staff.manager.post(`${doors.customer.sandbox}/key-requests/${request.id}/issue`, {}),
  ),
  keyRequest(
    'declined',
    ({ doors }, request) =>
      doors.staff.manager.post(`${doors.customer.sandbox}/key-requests/${request.id}/decline`, {
        reason: 'Not agreed',
      }),
    ['Not agreed', 'Declined by Ishaan Manager'],
  ),
  audited('refused', (world) => audit(world, 'refused', 'name\nsomebody\n')),
  audited('closed', async (world) => {
    const name = await audit(world, 'open', 'employee_number,last_name\n999992,Nobody\n', 'closed');
    const { portal, customer } = world.doors;
    const path = `${customer.sandbox}/audits`;
    const { id } = (await portal.get(path)).json.items.find((each: JsonAnswer) => each.fileName === name);
    for (const cause of ['only-ours', 'only-theirs'])
      await portal.post(`${path}/${id}/accept`, { run: 1, cause, reason: 'Known and wanted' });
    return name;
  }),
  audited('failed', async (world) => {
    const name = await audit(world, 'open', 'employee_number,last_name\n999993,Nobody\n', 'failed');
    // What a store that does not give the file leads to, after five tries.
    await world.doors.database`
      update data_audits.audits set state = 'failed', failure = '{"code": "file-missing", "message": "No file."}'
      where file_name = ${name}`;
    return name;
  }),
  audited('open', (world) => audit(world, 'open', 'employee_number,last_name\n999991,Nobody\n')),
  {
    state: 'data_audits.extracts.state=ready',
    door: 'call',
    who: 'manager',
    page: onCustomer('audits'),
    make: async ({ doors }) => {
      const { id } = (await doors.staff.manager.post(extractOf(doors), {})).json;
      const ready = await until(
        async () => {
          const { json } = await doors.staff.manager.get(`${extractOf(doors)}/${id}`);
          return json.state === 'ready' ? json : undefined;
        },
        { what: 'the extract is ready', deadlineMs: 30_000 },
      );
      return [ready.fileName, 'Ready'];
    },
  },
  {
    state: 'data_audits.extracts.state=failed',
    door: 'call',
    who: 'manager',
    page: ({ customer }) => `/customers/${customer.id}?tab=audits&environment=production`,
    make: async ({ doors }) => {
      const path = `${doors.customer.path}/environments/production/extracts`;
      const { id } = (await doors.staff.manager.post(path, {})).json;
      const failed = await until(
        async () => {
          const { json } = await doors.staff.manager.get(`${path}/${id}`);
          return json.state === 'failed' ? json : undefined;
        },
        { what: 'an extract of nobody has failed', deadlineMs: 30_000 },
      );
      return [failed.fileName, 'Failed'];
    },
  },
  inbound('waiting', 'Waiting for its employee', async (world) => {
    const { employeeNumber, employee } = employeeDocument(414);
    await world.message('waiting', change(employeeNumber, { employment: employee.employment }));
    return employeeNumber;
  }),
  inbound('stale', 'Older than what is known', async (world) => {
    const { employeeNumber, employee } = employeeDocument(412);
    await world.message('newer', change(employeeNumber, employee));
    const { employment } = employee;
    const earlier = new Date(Date.now() - 60_000).toISOString();
    await world.message('older', change(employeeNumber, { employment }), earlier);
    return employeeNumber;
  }),
  inbound('applied', 'Applied', async (world) => {
    const { employeeNumber, employee } = employeeDocument(410);
    await world.message('applied', change(employeeNumber, employee));
    return employeeNumber;
  }),
  inbound('dead', 'Needs somebody', async (world) => {
    const { employeeNumber, employee } = employeeDocument(411);
    await world.message(
      'dead',
      change(employeeNumber, { ...employee, taxNz: { taxCode: 'M', irdNumber: '987654321' } }),
    );
    return employeeNumber;
  }),
  {
    state: 'webhooks.deliveries.state=delivered',
    door: 'call',
    who: 'portal',
    page: onCustomer('webhooks'),
    make: async (world) => {
      world.answerWith(200);
      await newEmployee(world);
      return ['employee.created', 'Delivered'];
    },
  },
  {
    state: 'webhooks.deliveries.state=failed',
    door: 'call',
    who: 'portal',
    page: onCustomer('webhooks'),
    make: async (world) => {
      world.answerWith(500);
      await newEmployee(world);
      // What six days of retries lead to.
      await until(
        async () =>
          (
            await world.doors.database`
              update webhooks.deliveries set state = 'failed' where state = 'waiting' and last_status = 500 returning id`
          ).length > 0,
        { what: 'a delivery was tried', deadlineMs: 20_000 },
      );
      return ['employee.created', 'Failed'];
    },
  },
  {
    ...keyRequest('closed', async ({ doors }) => {
      const { contacts } = (await doors.staff.director.get(doors.customer.path)).json;
      const leaver = contacts.find((contact: JsonAnswer) => contact.email === developer.email);
      await doors.staff.director.put(`${doors.customer.path}/contacts/${leaver.id}`, {
        name: leaver.name,
        kind: leaver.kind,
        hasAuthority: leaver.hasAuthority,
        portal: false,
      });
    }),
  },
];
