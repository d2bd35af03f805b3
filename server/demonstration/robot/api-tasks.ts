import { Caller } from '../call.ts';
import type { Memory } from './memory.ts';
import { companyCode, employeeDocument } from './people.ts';
import type { Task } from './tasks.ts';

/** The Web API with the customer's key of an environment. */
export function api(memory: Memory, environment: string): Caller {
  return new Caller(memory.get('http'), { authorization: `Bearer ${memory.get(`key-${environment}`)}` });
}

const employeePath = (number: string) => `/v1/employees/${companyCode}/${number}`;

/** Calls to the Web API, from the customer's side. */
export const apiTasks: Record<string, Task> = {
  'first-call': async (input: { environment: string }, memory) =>
    (await api(memory, input.environment).get('/v1/environment')).json,
  'forged-keys': async (_input: object, memory) => {
    const key = memory.get('key-sandbox');
    const last = key.at(-1) === 'a' ? 'b' : 'a';
    const statuses = [];
    for (const forged of [`${key.slice(0, -1)}${last}`, key.replace('fl_test_', 'fl_live_'), 'nonsense']) {
      const caller = new Caller(memory.get('http'), { authorization: `Bearer ${forged}` });
      statuses.push((await caller.get('/v1/environment', { accept: [401, 403, 429] })).status);
    }
    return statuses;
  },
  'cover-operations': async (input: { environment: string; count: number }, memory) => {
    const caller = api(memory, input.environment);
    const statuses: Record<string, number> = {};
    for (let n = 0; n < input.count; n++) {
      const { employeeNumber, employee } = employeeDocument(n);
      statuses['putEmployee'] = (await caller.put(employeePath(employeeNumber), employee)).status;
    }
    const number = employeeDocument(0).employeeNumber;
    const one = await caller.get(employeePath(number));
    const etag = one.headers.get('etag') ?? '';
    statuses['unchanged'] = (
      await caller.get(employeePath(number), { headers: { 'if-none-match': etag }, accept: [304] })
    ).status;
    statuses['stale write'] = (
      await caller.put(
        employeePath(number),
        {
          payRates: [
            {
              effectiveFrom: '2027-04-01',
              rateType: 'annualSalary',
              amount: '99000.00',
              hoursPerWeek: '40.00',
            },
          ],
        },
        { headers: { 'if-match': '"0"' }, accept: [412] },
      )
    ).status;
    statuses['listEmployees'] = (await caller.get('/v1/employees?limit=50')).status;
    statuses['listEvents'] = (await caller.get('/v1/events?after=0')).status;
    statuses['unknown'] = (await caller.get(employeePath('nobody'), { accept: [404] })).status;
    return statuses;
  },
  'play-scenarios': async (_input: object, memory) => {
    const caller = api(memory, 'sandbox');
    const { employeeNumber, employee } = employeeDocument(100);
    const path = employeePath(employeeNumber);
    const bad = { ...employee, taxNz: { ...employee.taxNz, irdNumber: '123456789', taxCode: 'M' } };
    const refused = await caller.put(path, bad, { accept: [400, 422] });
    const created = await caller.put(path, employee);
    const future = Temporal.Now.plainDateISO().add({ months: 2 }).toString();
    const scheduled = await caller.put(path, {
      payRates: [
        { effectiveFrom: future, rateType: 'annualSalary', amount: '101000.00', hoursPerWeek: '40.00' },
      ],
    });
    const updated = await caller.put(path, {
      person: { ...employee.person, preferredName: 'Kit' },
    });
    let after = 0;
    for (;;) {
      const page = (await caller.get(`/v1/events?after=${after}&limit=200`)).json;
      if (page.items.length === 0) break;
      const sequences = page.items.map((event: { sequence: number }) => event.sequence);
      if (sequences.some((sequence: number, i: number) => sequence !== after + 1 + i))
        throw new Error(`the feed has a hole after ${after}`);
      after = page.next;
    }
    return {
      refused: refused.status,
      created: created.status,
      scheduled: scheduled.status,
      updated: updated.status,
      events: after,
    };
  },
  'count-employees': async (input: { environment: string }, memory) => {
    const caller = api(memory, input.environment);
    let employees = 0;
    let payRates = 0;
    const base = '/v1/employees?limit=200&view=full';
    for (let path: string | undefined = base; path !== undefined; ) {
      const page: { items: { payRates: unknown[] }[]; next: string | null } = (await caller.get(path)).json;
      employees += page.items.length;
      for (const one of page.items) payRates += one.payRates.length;
      path = page.next === null ? undefined : `${base}&cursor=${encodeURIComponent(page.next)}`;
    }
    return { employees, payRates };
  },
};
