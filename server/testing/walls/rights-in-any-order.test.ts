import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { actorOf, personByEmail } from '#modules/access/index.ts';
import { showId } from '#platform/ids.ts';
import { modules } from '../../wiring.ts';
import { openTestDatabase, type TestDatabase } from '../database.ts';
import { makeCustomer, makePerson } from '../factories.ts';
import { type TestServer, testServer } from '../http.ts';
import { newestMail } from '../outbox.ts';

let t: TestDatabase;
let server: TestServer;

before(async () => {
  t = await openTestDatabase({
    portal: { openKeyRequests: 1000, additionsPerHour: 1000, changesPerHour: 1000 },
  });
  server = await testServer(t.platform, modules);
});
after(async () => {
  await server?.close();
  await t?.close();
});

const slots = 3;
const acts = [
  'leave',
  'remove',
  'readmit',
  'demote',
  'ask',
  'issue',
  'press',
  'delegate',
  'go',
  'come',
  'use',
] as const;
const act = fc.record({ what: fc.constantFrom(...acts), who: fc.nat(slots - 1) });
const seed = Number(process.env['FAIRLEAD_TEST_SEED'] ?? 20_261_201);
const runs = 25;
const actsOfRun = 40;

interface Holder {
  contactId: string;
  email: string;
  /** What the model says: whether they may hold keys now. */
  mayHold: boolean;
  present: boolean;
  /** Open requests and links, each with whether its right has lasted all the time since. */
  requests: { id: string; lasting: boolean }[];
  links: { token: string; lasting: boolean; used: boolean }[];
}

/**
 * Plays acts of people in any order at the HTTP door beside a model of who may do what: no act succeeds without a right that
 * is present and has lasted since what it uses was handed out, and what is mailed goes to the address of who holds it.
 */
test(`${runs * actsOfRun} acts of people in any order: none succeeds without a present right`, async (context) => {
  context.diagnostic(`seed ${seed}`);
  const sequence = fc.array(act, { minLength: actsOfRun, maxLength: actsOfRun });
  await fc.assert(
    fc.asyncProperty(sequence, async (steps) => {
      const world = await begin();
      for (const { what, who } of steps) await world.play(what, who);
    }),
    { seed, numRuns: runs, endOnFailure: true },
  );
});

async function begin() {
  const customer = await makeCustomer(t.platform);
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const admin = await makePerson(t.platform, { roles: ['administrator'] });
  const lead = await makePerson(t.platform, { roles: ['commercial-director'] });
  const standIn = await makePerson(t.platform, { roles: ['support'] });
  const path = `/api/customers/${showId('cus', customer.customerId)}`;
  const sandbox = `${path}/environments/sandbox`;
  const holders: Holder[] = [];
  for (let i = 0; i < slots; i++) {
    const email = `holder-${i}-${customer.code.toLowerCase()}@customer.example`;
    const body = { name: `Holder ${i}`, email, kind: 'developer' };
    const added = await server.as(manager).post(`${path}/contacts`, body);
    assert.equal(added.statusCode, 201, added.body);
    const start = { mayHold: true, present: true, requests: [], links: [] };
    holders.push({ contactId: added.json().id, email, ...start });
  }
  let leadIsHere = true;
  let given = false;
  let purposes = 0;

  const losesRights = (holder: Holder) => {
    holder.mayHold = false;
    for (const one of [...holder.requests, ...holder.links]) one.lasting = false;
  };
  const change = async (holder: Holder, body: object) => {
    const wanted = { name: 'Holder', kind: 'developer', hasAuthority: false, portal: true, ...body };
    const answer = await server.as(manager).put(`${path}/contacts/${holder.contactId}`, wanted);
    assert.equal(answer.statusCode, holder.present ? 200 : 404, answer.body);
    return answer.statusCode === 200;
  };

  const plays: Record<(typeof acts)[number], (holder: Holder) => Promise<void>> = {
    leave: async (holder) => {
      if (await change(holder, { portal: false })) losesRights(holder);
    },
    demote: async (holder) => {
      if (await change(holder, { kind: 'signatory' })) losesRights(holder);
    },
    remove: async (holder) => {
      const answer = await server.as(manager).delete(`${path}/contacts/${holder.contactId}`);
      assert.equal(answer.statusCode, holder.present ? 204 : 404);
      holder.present = false;
      losesRights(holder);
    },
    readmit: async (holder) => {
      if (holder.present) {
        await change(holder, {});
      } else {
        const body = { name: 'Holder', email: holder.email, kind: 'developer' };
        const added = await server.as(manager).post(`${path}/contacts`, body);
        assert.deepEqual([added.statusCode, added.json().id], [201, holder.contactId], added.body);
      }
      holder.present = true;
      holder.mayHold = true;
    },
    ask: async (holder) => {
      const person = await personByEmail(t.platform.db, holder.email);
      purposes += 1;
      const body = { label: 'HR', purpose: `Purpose ${purposes}` };
      const answer = await server
        .as(person === undefined ? null : actorOf(person))
        .post(`${sandbox}/key-requests`, body);
      assert.equal(answer.statusCode === 201, holder.mayHold, answer.body);
      if (answer.statusCode === 201) holder.requests.push({ id: answer.json().id, lasting: true });
    },
    issue: async (holder) => {
      const request = holder.requests.shift();
      if (request === undefined) return;
      const answer = await server.as(manager).post(`${sandbox}/key-requests/${request.id}/issue`, {});
      assert.equal(answer.statusCode === 201, request.lasting && holder.mayHold, answer.body);
      if (answer.statusCode !== 201) return;
      assert.equal(answer.json().mailedTo, holder.email, 'the proof is of the address that is used');
      const mail = await newestMail(t, { customerId: customer.customerId }, 'api-key-link', holder.email);
      assert.deepEqual(mail?.to, [holder.email]);
      const token = /\/links\/([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? '';
      holder.links.push({ token, lasting: true, used: false });
    },
    press: async (holder) => {
      const link = holder.links[0];
      if (link === undefined) return;
      const answer = await server.as(null).post(`/api/links/${link.token}`);
      assert.equal(answer.statusCode === 200, link.lasting && holder.mayHold && !link.used, answer.body);
      if (link.used) holder.links.shift();
      link.used = true;
    },
    delegate: async () => {
      const day = t.platform.clock.today(t.platform.config.vendor.timeZone).toString();
      const body = { delegate: showId('per', standIn.id), startsOn: day, endsOn: day };
      const current = await personByEmail(t.platform.db, lead.email);
      if (current === undefined) return;
      const answer = await server
        .as(actorOf(current))
        .post(`/api/people/${showId('per', lead.id)}/delegations`, body);
      assert.equal(answer.statusCode, given ? 422 : 201, answer.body);
      given = true;
    },
    go: async () => {
      const body = { name: 'Lead', roles: ['commercial-director'], active: false };
      assert.equal(
        (await server.as(admin).put(`/api/people/${showId('per', lead.id)}`, body)).statusCode,
        200,
      );
      leadIsHere = false;
      given = false;
    },
    come: async () => {
      const body = { name: 'Lead', roles: ['commercial-director'], active: true };
      assert.equal(
        (await server.as(admin).put(`/api/people/${showId('per', lead.id)}`, body)).statusCode,
        200,
      );
      leadIsHere = true;
    },
    use: async (holder) => {
      const acting = await personByEmail(t.platform.db, standIn.email);
      assert.ok(acting);
      assert.equal(acting.roles.includes('commercial-director'), given && leadIsHere);
      const body = { name: 'By a stand-in', email: holder.email, kind: 'developer' };
      const answer = await server.as(actorOf(acting)).post(`${path}/contacts`, body);
      assert.equal(answer.statusCode, 403, 'a stand-in invites nobody');
    },
  };
  return { play: (what: (typeof acts)[number], who: number) => plays[what](holders[who] as Holder) };
}
