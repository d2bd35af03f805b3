import assert from 'node:assert/strict';
import type { IntegrationActionRequest, IntegrationView } from '#contract/integrations.ts';
import { addContact, customers } from '#modules/customers/index.ts';
import { followLog } from '#modules/integrations/follow-log.ts';
import { integrations } from '#modules/integrations/index.ts';
import { readFacts, readIntegration } from '#modules/integrations/integration-store.ts';
import { type Actor, systemActor } from '#platform/actor.ts';
import type { NewEvent } from '#platform/events.ts';
import { parseId, showId, uuidv7 } from '#platform/ids.ts';
import { transact } from '#platform/transact.ts';
import { openTestDatabase, runConsumers, type TestDatabase } from './database.ts';
import { makeCustomer, makePerson } from './factories.ts';
import { testServer } from './http.ts';
import { apiEvidence, auditEvidence, file, fileEvidence, webhookEvidence } from './integration-evidence.ts';

type Person = Actor & { kind: 'person' };

/** Integrations that a test walks through the process, by people's acts and by facts that lower modules would write. */
export type IntegrationWalk = Awaited<ReturnType<typeof openIntegrationWalk>>;

/** Opens a database with the vendor's people, on which integrations are begun and moved. */
export async function openIntegrationWalk(settings: Record<string, Record<string, unknown>> = {}) {
  const t = await openTestDatabase({ desk: { helpdeskAddress: 'helpdesk@vendor.example' }, ...settings });
  const walk = await walkIntegrations(t);
  return {
    ...walk,
    close: async () => {
      await walk.close();
      await t.close();
    },
  };
}

/** The same on a database that is open already, and that stays open. */
export async function walkIntegrations(t: TestDatabase) {
  const server = await testServer(t.platform, [customers, integrations]);
  const director = await makePerson(t.platform, { roles: ['commercial-director'] });
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const lead = await makePerson(t.platform, { roles: ['customer-team-lead'] });
  const consultant = await makePerson(t.platform, { roles: ['lead-consultant'] });

  /** A customer with an owner of its project and a contact that may sign. */
  async function newCustomer(serviceModel: 'fms' | 'saas' | 'supported') {
    const customer = await makeCustomer(t.platform, { serviceModel, teamLeadId: lead.id });
    const owner = await makePerson(t.platform, { roles: ['project-owner'], customerId: customer.customerId });
    await transact(t.platform, { customerId: customer.customerId }, systemActor('test'), (work) =>
      addContact(work, customer.customerId, {
        name: 'Mere Tāne',
        email: `mere@${customer.code.toLowerCase()}.example`,
        kind: 'developer',
        hasAuthority: true,
        invite: false,
      }),
    );
    return { ...customer, owner };
  }

  /** An integration with hands to move it: of a customer of its own, or of the one given. */
  async function begin(options: {
    serviceModel: 'fms' | 'saas' | 'supported';
    of?: Awaited<ReturnType<typeof newCustomer>>;
    by?: Person;
    open?: Record<string, unknown>;
  }) {
    const customer = options.of ?? (await newCustomer(options.serviceModel));
    const { owner } = customer;
    const base = `/api/customers/${showId('cus', customer.customerId)}/integrations`;
    const opened = await server.as(options.by ?? director).post(base, {
      name: 'Employee data',
      tracks: ['web-api', 'file-transfer'],
      webhooks: 'both',
      dataAudit: { 'web-api': true, 'file-transfer': true },
      ...options.open,
    });
    assert.equal(opened.statusCode, 201, opened.body);
    const { id } = opened.json<IntegrationView>();
    const uuid = parseId('int', id) ?? '';
    const emit = (streamId: string, environmentId: string | undefined, actor: Actor, events: NewEvent[]) =>
      transact(t.platform, { customerId: customer.customerId, environmentId }, actor, async (work) => {
        for (const event of events) work.emit(streamId, event);
      });
    return {
      ...customer,
      owner,
      base,
      id,
      uuid,
      see: async (person: Person = director) => {
        await runConsumers(t.platform, [followLog]);
        const response = await server.as(person).get(`${base}/${id}`);
        assert.equal(response.statusCode, 200, response.body);
        return response.json<IntegrationView>();
      },
      act: (person: Person, { action, ...body }: IntegrationActionRequest) =>
        server.as(person).post(`${base}/${id}/actions/${action}`, body),
      must: async (person: Person, { action, ...body }: IntegrationActionRequest) => {
        await runConsumers(t.platform, [followLog]);
        const response = await server.as(person).post(`${base}/${id}/actions/${action}`, body);
        assert.equal(response.statusCode, 200, `${action}: ${response.body}`);
        await runConsumers(t.platform, [followLog]);
        return response.json<IntegrationView>();
      },
      /** Facts of the customer's stream that lower modules would write. */
      fact: async (
        type: string,
        data: Record<string, string | number | null> = {},
        actor: Actor = systemActor('test'),
      ) => {
        await emit(customer.customerId, undefined, actor, [
          { type, subject: {}, data: { integrationId: uuid, ...data } },
        ]);
        await runConsumers(t.platform, [followLog]);
      },
      evidence: async (kind: 'sandbox' | 'production', ...events: [string, Record<string, unknown>?][]) => {
        const environmentId = kind === 'sandbox' ? customer.sandboxId : customer.productionId;
        await emit(
          environmentId,
          environmentId,
          systemActor('test'),
          events.map(([type, data = {}]) => ({ type, subject: subjectOf(data), data: data as never })),
        );
        await runConsumers(t.platform, [followLog]);
      },
      stored: async () => {
        const scope = { customerId: customer.customerId };
        return transact(t.platform, scope, systemActor('test'), async ({ sql }) => ({
          integration: await readIntegration(sql, customer.customerId, uuid, false),
          facts: (await readFacts(sql, customer.customerId, uuid, 1_000_000, 1000)).reverse(),
        }));
      },
    };
  }

  type Begun = Awaited<ReturnType<typeof begin>>;

  async function toEstimating(one: Begun) {
    await one.must(director, {
      action: 'record-discovery',
      businessNeed: 'Changes of employees typed twice',
      requiredOutcomes: ['Typed once'],
    });
    await one.must(manager, { action: 'answer-consultation', answer: 'Fits the standard API' });
    const view = await one.see();
    if (view.serviceModel === 'fms')
      await one.must(lead, { action: 'answer-consultation', answer: 'Payroll is ready' });
    await one.must(director, {
      action: 'record-meeting',
      minutes: 'Both tracks agreed.',
      heldOn: '2026-11-20',
      attendees: [
        { name: director.name, email: director.email, side: 'vendor' },
        { name: 'Mere Tāne', email: 'mere@customer.example', side: 'customer' },
      ],
    });
    await one.must(director, { action: 'request-estimate' });
    assert.equal((await one.see()).state, 'estimate-requested');
    await one.fact('ticket.created', { ticketId: uuidv7(), number: 1001 });
    assert.equal((await one.see()).state, 'estimating');
  }

  async function toTracks(one: Begun) {
    await toEstimating(one);
    const estimateId = uuidv7();
    const estimate = (type: string, actor: Actor, data = {}) =>
      one.fact(`estimate.${type}`, { estimateId, version: 1, netCents: 1_250_000, ...data }, actor);
    await estimate('created', manager);
    assert.equal((await one.see()).links.estimate, showId('est', estimateId));
    await estimate('submitted', manager);
    await estimate('returned', director, { comments: 1 });
    assert.equal((await one.see()).state, 'refining');
    await estimate('submitted', manager, { version: 2 });
    await estimate('finalised', director, { version: 2 });
    await estimate('sent', director, { version: 2 });
    const sent = await one.see();
    assert.equal(sent.state, 'sent');
    assert.ok(sent.links.card, 'sending makes the card');
    await estimate('signed_off', systemActor('http'), { version: 2 });
    assert.equal((await one.see()).state, 'signed-off');
    await one.must(director, { action: 'assign-card' });
    assert.equal((await one.see()).state, 'development');
    await one.must(manager, { action: 'start-tracks' });
  }

  /** Both tracks live, each gate by its evidence. */
  async function toLive(one: Begun) {
    await toTracks(one);
    await one.evidence('sandbox', ...apiEvidence, ...webhookEvidence, ...auditEvidence('web-api'));
    await one.must(one.owner, { action: 'confirm-gate', gate: 'W5.unit', statement: 'All pass' });
    await one.evidence('sandbox', ['certification.completed', { fingerprint: 'c1', scenarios: 5 }]);
    await one.evidence('production', ['api_key.issued', { prefix: 'fl_live_abcd' }]);
    await one.must(one.owner, { action: 'confirm-satisfied', statement: 'We are satisfied.' });
    await one.evidence('sandbox', ...fileEvidence, ...auditEvidence('file-transfer'));
    await one.evidence('sandbox', file('exc_1', 'x1'), file('exc_1', 'x1'), file('exc_1', 'x1'));
    await one.evidence('production', file('exc_9', 'p1'));
    assert.equal((await one.see()).state, 'live');
  }

  return {
    t,
    server,
    director,
    manager,
    lead,
    consultant,
    begin,
    toEstimating,
    toTracks,
    toLive,
    close: () => server.close(),
  };
}

/** What an event is about, as lower modules name it: the ids in its data, or the operation. */
function subjectOf(data: Record<string, unknown>): Record<string, string> {
  const named = Object.entries(data).filter(([name]) => name.endsWith('Id') || name === 'operation');
  return Object.fromEntries(named.map(([name, value]) => [name, String(value)]));
}
