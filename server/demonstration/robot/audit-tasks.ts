import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Caller, type JsonAnswer } from '../call.ts';
import { tellPayroll } from './api-tasks.ts';
import { fileOf } from './employee-file.ts';
import { departments } from './hr-person.ts';
import { changePerson, inSandbox, personOf } from './hr-system.ts';
import type { Memory } from './memory.ts';
import { documentOf } from './people.ts';
import { portal } from './portal-tasks.ts';
import type { Task } from './tasks.ts';

/** Two people of each track's audit: one mistyped in the file, one whose move payroll has not heard of yet. */
const planted: Record<string, { mistyped: number; moved: number }> = {
  'web-api': { mistyped: 0, moved: 1 },
  'file-transfer': { mistyped: 2, moved: 3 },
};

/** The data audit, from the customer's side: fetch the extract, compare the own people, correct and decide. */
export const auditTasks: Record<string, Task> = {
  'fetch-extract': async (input: { link: string; sha256: string }, memory) => {
    const url = new URL(input.link);
    const caller = new Caller(url.origin);
    const path = `/api/links/${url.pathname.split('/').pop()}`;
    await caller.get(path);
    const { download } = (await caller.post(path)).json;
    const file = await caller.get(download.url);
    const sha256 = createHash('sha256').update(file.text).digest('hex');
    assert.equal(sha256, input.sha256, 'the extract has another hash than announced');
    const rows = file.text.trimEnd().split('\n').length - 1;
    assert.ok(rows >= inSandbox(memory).length, `the extract has ${rows} rows, we have more people there`);
    return { rows, sha256 };
  },
  'upload-audit': async (input: { base: string; track: string; integration: string }, memory) => {
    const { mistyped, moved } = twoOf(input.track);
    const was = personOf(memory, moved).department;
    const department = departments[(departments.indexOf(was) + 1) % departments.length];
    if (department !== undefined) changePerson(memory, moved, { department });
    const people = inSandbox(memory);
    const text = fileOf(
      people.map((n) => personOf(memory, n)),
      (row, i) => {
        if (people[i] === mistyped) row['location_code'] = 'TYPO';
      },
    );
    const path = `${input.base}/audits?track=${input.track}&integration=${input.integration}&fileName=hr-employees.csv`;
    return (await portal(memory, 'developer').post(path, text, { headers: { 'content-type': 'text/csv' } }))
      .json;
  },
  /** Brings payroll up to date where HR is right, has the file compared again, and accepts what HR mistyped. */
  'settle-audit': async (input: { base: string; audit: string; track: string }, memory) => {
    const { mistyped, moved } = twoOf(input.track);
    const developer = portal(memory, 'developer');
    const path = `${input.base}/audits/${input.audit}`;
    const isAt = (one: JsonAnswer, n: number, field: string) =>
      one.employeeNumber === personOf(memory, n).number && one.field === field;
    if ((await openOf(memory, path)).some((one) => isAt(one, moved, 'department_code'))) {
      const { employment } = documentOf(personOf(memory, moved)).employee;
      await tellPayroll(memory, moved, { employment });
    }
    const deadline = Date.now() + 20_000;
    for (;;) {
      await developer.post(`${path}/recompare`, undefined, { expect: [202, 409] });
      const compared = await untilCompared(memory, path);
      const open = compared.state === 'open' ? await openOf(memory, path) : [];
      const strange = open.filter((one) => !isAt(one, mistyped, 'location_code'));
      // A message that was taken in may still wait to be applied.
      if (strange.length > 0 && Date.now() < deadline) continue;
      assert.deepEqual(
        strange.map((one) => `${one.employeeNumber} ${one.field}: ${one.cause}`),
        [],
        'payroll holds something else than it was told',
      );
      if (open.length === 0) return compared;
      const reason = 'A typing error in our export; payroll is right.';
      const differences = open.map((one) => one.id);
      const decision = { run: compared.runs, differences, reason };
      return (await developer.post(`${path}/accept`, decision)).json.audit;
    }
  },
};

function twoOf(track: string): { mistyped: number; moved: number } {
  const two = planted[track];
  if (two === undefined) throw new Error(`no audit of the track ${track} is planned`);
  return two;
}

async function openOf(memory: Memory, path: string): Promise<JsonAnswer[]> {
  return (await portal(memory, 'developer').get(`${path}/differences?state=open`)).json.items;
}

async function untilCompared(memory: Memory, path: string): Promise<JsonAnswer> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const audit = (await portal(memory, 'developer').get(path)).json;
    if (audit.state !== 'comparing') return audit;
    if (Date.now() > deadline) throw new Error('the comparison takes too long');
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}
