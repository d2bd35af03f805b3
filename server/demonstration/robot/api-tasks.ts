import assert from 'node:assert/strict';
import { type Answer, Caller } from '../call.ts';
import type { HrPerson } from './hr-person.ts';
import { changePerson, noteInSandbox, personOf } from './hr-system.ts';
import type { Memory } from './memory.ts';
import { companyCode, documentOf } from './people.ts';
import type { Task } from './tasks.ts';

/** The Web API with the customer's key of an environment. */
export function api(memory: Memory, environment: string): Caller {
  return new Caller(memory.get('http'), { authorization: `Bearer ${memory.get(`key-${environment}`)}` });
}

/** Tells payroll's sandbox of a person, whole or in parts; whoever was new is known there from then on. */
export async function tellPayroll(memory: Memory, n: number, document: object): Promise<Answer> {
  const employeeNumber = personOf(memory, n).number;
  const answer = await api(memory, 'sandbox').put(employeePath(employeeNumber), document);
  const { version, changed } = answer.json;
  memory.acknowledge({
    kind: 'employee',
    environment: 'sandbox',
    companyCode,
    employeeNumber,
    version,
    changed,
  });
  noteInSandbox(memory, n);
  return answer;
}

const employeePath = (number: string) => `/v1/employees/${companyCode}/${number}`;
const whole = (person: HrPerson) => documentOf(person).employee;
/** Who plays the scenarios. */
const actor = 100;

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
      statuses.push((await caller.get('/v1/environment', { expect: [401] })).status);
    }
    return statuses;
  },
  'cover-operations': async (input: { count: number }, memory) => {
    const caller = api(memory, 'sandbox');
    for (let n = 0; n < input.count; n++) await tellPayroll(memory, n, whole(personOf(memory, n)));
    const path = employeePath(personOf(memory, 0).number);
    const etag = (await caller.get(path)).headers.get('etag') ?? '';
    await caller.get(path, { headers: { 'if-none-match': etag }, expect: [304] });
    const raise = { effectiveFrom: '2027-04-01', rateType: 'annualSalary', amount: '99000.00' };
    await caller.put(
      path,
      { payRates: [{ ...raise, hoursPerWeek: '40.00' }] },
      { headers: { 'if-match': '"0"' }, expect: [412] },
    );
    const still = await caller.get(path);
    assert.equal(still.headers.get('etag'), etag, 'a refused write changed the employee');
    const listed = (await caller.get('/v1/employees?limit=200')).json.items.length;
    assert.ok(listed >= input.count, `${listed} employees are listed, ${input.count} were taken`);
    await caller.get('/v1/events?after=0');
    await caller.get(employeePath('nobody'), { expect: [404] });
    return { told: input.count, listed };
  },
  'play-scenarios': async (_input: object, memory) => {
    const caller = api(memory, 'sandbox');
    const person = personOf(memory, actor);
    const employee = whole(person);
    const bad = { ...employee, taxNz: { ...employee.taxNz, irdNumber: '123456789', taxCode: 'M' } };
    await caller.put(employeePath(person.number), bad, { expect: [422] });
    await tellPayroll(memory, actor, employee);
    const future = Temporal.Now.plainDateISO().add({ months: 2 }).toString();
    const raise = { effectiveFrom: future, rateType: 'annualSalary', amount: '101000.00' };
    await tellPayroll(memory, actor, { payRates: [{ ...raise, hoursPerWeek: person.hours }] });
    changePerson(memory, actor, { known: 'Kit' });
    await tellPayroll(memory, actor, { person: { ...employee.person, preferredName: 'Kit' } });
    let after = 0;
    for (;;) {
      const page = (await caller.get(`/v1/events?after=${after}&limit=200`)).json;
      if (page.items.length === 0) break;
      const sequences = page.items.map((event: { sequence: number }) => event.sequence);
      const expected = sequences.map((_: number, i: number) => after + 1 + i);
      assert.deepEqual(sequences, expected, `the feed has a hole after ${after}`);
      after = page.next;
    }
    return { events: after };
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
