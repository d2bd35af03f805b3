import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { IntegrationView } from '#contract/integrations.ts';
import type { CardView, OpportunityView } from '#contract/pipeline.ts';
import { assignTicket, closeTicket } from '#modules/desk/index.ts';
import { pipeline } from '#modules/pipeline/index.ts';
import { parseId, showId, uuidv7 } from '#platform/ids.ts';
import { read, transact } from '#platform/transact.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { file, fileEvidence } from '#testing/integration-evidence.ts';
import { walkIntegrations } from '#testing/integration-walk.ts';
import { type MailDesk, openMailDesk } from '#testing/mail-desk.ts';

let d: MailDesk;
let walk: Awaited<ReturnType<typeof walkIntegrations>>;
let board: TestServer;
before(async () => {
  d = await openMailDesk();
  walk = await walkIntegrations(d.t);
  board = await testServer(d.t.platform, [pipeline]);
});
after(async () => {
  await board?.close();
  await walk?.close();
  await d?.close();
});

type Begun = Awaited<ReturnType<typeof walk.begin>>;

const gate = (view: IntegrationView, id: string) =>
  view.steps.flatMap((step) => step.gates).find((one) => one.id === id);
const newCustomer = () =>
  walk.begin({
    serviceModel: 'saas',
    by: walk.consultant,
    open: { origin: 'new', projectReference: 'ONB-7', contractClause: '4.2' },
  });

/** A ticket that the customer's contact made by a plain mail. */
async function ticketFor(one: Begun): Promise<string> {
  await d.mail({ from: `mere@${one.code.toLowerCase()}.example`, subject: 'An integration', text: 'Please' });
  const [ticket] = await d.tickets(one.code);
  assert.ok(ticket);
  return ticket.id;
}

/** Makes an opportunity or a card of the customer that belongs to no integration. */
async function make<T>(one: Begun, what: 'cards' | 'opportunities'): Promise<T> {
  const customer = showId('cus', one.customerId);
  const made = await board
    .as(walk.director)
    .post(`/api/customers/${customer}/${what}`, { title: 'There already' });
  assert.equal(made.statusCode, 201, made.body);
  return made.json() as T;
}

test('a new customer’s integration links its ticket, even one that the manager has already, and needs it to start', async () => {
  const { consultant, director, manager } = walk;
  const one = await newCustomer();
  const ticket = await ticketFor(one);
  await transact(d.t.platform, one, consultant, (work) =>
    assignTicket(work, { ticketId: parseId('tkt', ticket) ?? '', assigneeId: manager.id }),
  );
  const link = { action: 'link-ticket', ticket } as const;
  assert.equal((await one.act(director, link)).statusCode, 403);
  await one.must(consultant, link);
  let view = await one.see(consultant);
  assert.equal(view.links.ticket, ticket);
  assert.ok(!view.actions.some((one) => one.action === 'link-ticket'), 'it has one');
  await one.must(consultant, { action: 'decide-scope', decision: 'in-scope', clause: '4.2' });
  await one.must(consultant, { action: 'engage' });
  view = await one.see();
  assert.equal(gate(view, 'N6.ticket')?.status, 'seen');
  await one.must(consultant, { action: 'assign-card' });
  assert.equal((await one.see()).state, 'development');
});

test('assigning the card of a new customer gives the manager the ticket too: both are the signal', async () => {
  const one = await newCustomer();
  await one.must(walk.consultant, { action: 'link-ticket', ticket: await ticketFor(one) });
  await one.must(walk.consultant, { action: 'decide-scope', decision: 'in-scope', clause: '4.2' });
  await one.must(walk.consultant, { action: 'engage' });
  await one.must(walk.consultant, { action: 'assign-card' });
  assert.equal((await one.see()).state, 'development');
});

test('opportunities and cards that are there already are taken, at the opening or later, and only once', async () => {
  const { consultant, director } = walk;
  const one = await newCustomer();
  const opportunity = await make<OpportunityView>(one, 'opportunities');
  await one.must(consultant, { action: 'link-opportunity', opportunity: opportunity.id });
  assert.equal((await one.see()).links.opportunity, opportunity.id);
  const other = await walk.begin({
    serviceModel: 'saas',
    of: one,
    by: consultant,
    open: {
      name: 'Second',
      origin: 'new',
      opportunity: (await make<OpportunityView>(one, 'opportunities')).id,
    },
  });
  assert.ok((await other.see()).links.opportunity, 'named at the opening');
  const taken = await other.act(director, { action: 'link-opportunity', opportunity: opportunity.id });
  assert.equal(taken.json<{ code: string }>().code, 'opportunity-of-another-integration');

  await one.must(consultant, { action: 'decide-scope', decision: 'in-scope', clause: '4.2' });
  const card = await make<CardView>(one, 'cards');
  await one.must(consultant, { action: 'link-card', card: card.id });
  await one.must(consultant, { action: 'engage' });
  assert.equal((await one.see()).links.card, card.id, 'engaging makes no second one');
});

test('an integration that is cancelled and reopened goes on where it was, with its ticket, opportunity and card', async () => {
  const { director, manager } = walk;
  const one = await walk.begin({ serviceModel: 'saas' });
  await one.must(director, { action: 'skip-step', step: 'discovery', reason: 'Small' });
  await one.must(manager, { action: 'answer-consultation', answer: 'Fits' });
  await one.must(director, { action: 'skip-step', step: 'meeting', reason: 'Small' });
  await one.must(director, { action: 'request-estimate' });
  await one.must(director, { action: 'cancel', reason: 'By mistake' });
  await d.runJobs();
  assert.ok((await one.see()).links.ticket, 'the mail makes its ticket meanwhile');
  await one.must(director, { action: 'reopen', reason: 'By mistake' });
  const view = await one.see();
  assert.deepEqual([view.state, view.diverged], ['estimating', []], 'a ticket that is there is seen');

  const customer = `/api/customers/${showId('cus', one.customerId)}`;
  const stage = async () =>
    (await board.as(director).get(`${customer}/opportunities/${view.links.opportunity}`)).json().stage;
  const ticket = async () => (await d.tickets(one.code))[0]?.status;
  assert.deepEqual([await stage(), await ticket()], ['estimate', 'open']);
  await one.must(director, { action: 'cancel', reason: 'Stopped' });
  assert.deepEqual([await stage(), await ticket()], ['lost', 'closed']);
  assert.deepEqual((await one.see()).diverged, [], 'what the cancelling closed is no divergence');
  await one.must(director, { action: 'reopen', reason: 'Goes on' });
  assert.deepEqual([await stage(), await ticket()], ['estimate', 'open']);
  await transact(d.t.platform, one, manager, (work) =>
    closeTicket(work, { ticketId: parseId('tkt', view.links.ticket ?? '') ?? '' }),
  );
  assert.match((await one.see()).diverged.join(), /was closed by/);
});

test('a person’s word is shown as confirmed under their name: an acceptance by mail', async () => {
  const { director, manager } = walk;
  const one = await walk.begin({ serviceModel: 'saas' });
  await walk.toEstimating(one);
  const estimateId = uuidv7();
  for (const [type, actor, channel] of [
    ['submitted', manager, ''],
    ['finalised', director, ''],
    ['sent', director, ''],
    ['signed_off', director, 'mail'],
  ] as const)
    await one.fact(`estimate.${type}`, { estimateId, version: 1, channel }, actor);
  const view = await one.see();
  assert.equal(view.state, 'signed-off');
  const found = gate(view, 'E11.acceptance');
  assert.deepEqual([found?.status, found?.by], ['confirmed', director.name]);
  assert.ok(found?.evidence?.eventId, 'with the event that carries it');
});

test('the audit trail names the gate that somebody let through', async () => {
  const one = await walk.begin({ serviceModel: 'saas' });
  await one.must(walk.manager, { action: 'waive-gate', gate: 'W4.audit', reason: 'Done last month' });
  const rows = await read(
    d.t.platform,
    one,
    (sql) => sql<{ detail: { gate?: string } }[]>`
      select detail from platform.audit where action = 'integration.waive-gate' and subject = ${one.uuid}`,
  );
  assert.deepEqual(
    rows.map((row) => row.detail.gate),
    ['W4.audit'],
  );
});

test('an integration that is over is no candidate for a ticket, by no door; one that goes on is again', async () => {
  const { consultant, manager } = walk;
  const one = await newCustomer();
  const ticket = await ticketFor(one);
  const other = await walk.begin({
    serviceModel: 'saas',
    of: one,
    by: consultant,
    open: { name: 'Second', origin: 'new' },
  });
  await other.must(consultant, { action: 'link-ticket', ticket });
  const candidates = async () =>
    (await d.ticketOf((await d.tickets(one.code))[0])).candidates.map((each) => each.integrationId);
  await d.mail({ from: `mere@${one.code.toLowerCase()}.example`, subject: 'Another', text: 'Please' });
  const line = (await d.tickets(one.code)).find((each) => each.subject === 'Another');
  assert.deepEqual(await candidates(), [one.id]);
  await one.must(consultant, { action: 'cancel', reason: 'Not now' });
  assert.deepEqual(await candidates(), []);
  const refused = await d.server
    .as(manager)
    .post(`/api/customers/${line?.customer.id}/tickets/${line?.id}/link`, { integrationId: one.id });
  assert.equal(refused.json().code, 'integration-not-waiting');
  await one.must(consultant, { action: 'reopen', reason: 'It goes on' });
  assert.deepEqual(await candidates(), [one.id]);
});

test('only the director says by a ticket that the estimate is asked for', async () => {
  const { director, manager } = walk;
  const one = await walk.begin({ serviceModel: 'saas' });
  await one.must(director, { action: 'skip-step', step: 'discovery', reason: 'Small' });
  await one.must(manager, { action: 'answer-consultation', answer: 'Fits' });
  await one.must(director, { action: 'skip-step', step: 'meeting', reason: 'Small' });
  const link = { action: 'link-ticket', ticket: await ticketFor(one) } as const;
  assert.equal((await one.act(manager, link)).json<{ code: string }>().code, 'integration-not-there-yet');
  await one.must(director, link);
  assert.equal((await one.see()).state, 'estimating');
});

test('opportunity, card and ticket follow a change of scope: declined, taken up again, approved outside', async () => {
  const { consultant, director, manager } = walk;
  const one = await newCustomer();
  const opportunity = await make<OpportunityView>(one, 'opportunities');
  await one.must(consultant, { action: 'link-opportunity', opportunity: opportunity.id });
  await one.must(consultant, { action: 'link-ticket', ticket: await ticketFor(one) });
  const customer = `/api/customers/${showId('cus', one.customerId)}`;
  const stand = async () => {
    const { links, state } = await one.see();
    const get = async (path: string) => (await board.as(director).get(`${customer}/${path}`)).json();
    return [
      state,
      (await get(`opportunities/${links.opportunity}`)).stage,
      (await get(`cards/${links.card}`)).column,
      (await d.tickets(one.code))[0]?.status,
    ];
  };
  const outOfScope = { action: 'decide-scope', decision: 'out-of-scope', clause: 'None' } as const;
  await one.must(consultant, outOfScope);
  const estimateId = uuidv7();
  const fact = (type: string) =>
    one.fact(`estimate.${type}`, { estimateId, version: 1 }, type === 'submitted' ? manager : consultant);
  for (const type of ['submitted', 'finalised', 'sent']) await fact(type);
  assert.deepEqual(await stand(), ['sent', 'proposal', 'waiting', 'held']);
  await fact('declined');
  assert.deepEqual(await stand(), ['change-rejected', 'lost', 'closed', 'held']);
  await one.must(consultant, { action: 'reopen', reason: 'They ask again' });
  assert.deepEqual(await stand(), ['scope-decision', 'discovery', 'ready', 'open']);
  await one.must(consultant, outOfScope);
  const decide = { action: 'decide-change', reference: 'CR 9' } as const;
  await one.must(consultant, { ...decide, decision: 'rejected' });
  assert.deepEqual(await stand(), ['change-rejected', 'lost', 'closed', 'open']);
  assert.ok(!(await one.see(director)).actions.some(({ action }) => action === 'reopen'), 'not theirs');
  await one.must(consultant, { action: 'reopen', reason: 'They ask again' });
  await one.must(consultant, outOfScope);
  const proof = { name: 'cr-9.pdf', mediaType: 'application/pdf', contentBase64: 'JVBERi0xLjcK' };
  await one.must(consultant, { ...decide, decision: 'approved', proof });
  assert.deepEqual((await stand()).slice(0, 2), ['change-approved', 'won']);
  await one.must(consultant, { action: 'revisit-scope', reason: 'Contract amended' });
  await one.must(consultant, outOfScope);
  for (const type of ['submitted', 'finalised', 'sent', 'signed_off']) await fact(type);
  assert.deepEqual(
    await stand(),
    ['change-approved', 'won', 'waiting', 'open'],
    'nothing is with the customer',
  );
});

test('a card that was somebody’s already is nobody’s when the estimate goes out', async () => {
  const { director, manager } = walk;
  const one = await walk.begin({ serviceModel: 'saas' });
  await walk.toEstimating(one);
  const card = await make<CardView>(one, 'cards');
  const customer = `/api/customers/${showId('cus', one.customerId)}`;
  await board
    .as(director)
    .post(`${customer}/cards/${card.id}/assign`, { assigneeId: showId('per', manager.id) });
  await one.must(director, { action: 'link-card', card: card.id });
  const estimateId = uuidv7();
  await one.fact('estimate.submitted', { estimateId, version: 1 }, manager);
  for (const type of ['finalised', 'sent'])
    await one.fact(`estimate.${type}`, { estimateId, version: 1 }, director);
  const { links } = await one.see();
  assert.equal(links.card, card.id);
  const kept = (await board.as(director).get(`${customer}/cards/${card.id}`)).json<CardView>();
  assert.deepEqual([kept.assignee, kept.column], [null, 'waiting']);
});

test('what is in scope of an onboarding project wins its opportunity when it is live', async () => {
  const { consultant, director, manager } = walk;
  const one = await walk.begin({
    serviceModel: 'saas',
    by: consultant,
    open: {
      origin: 'new',
      projectReference: 'ONB-7',
      contractClause: '4.2',
      tracks: ['file-transfer'],
      dataAudit: {},
    },
  });
  const opportunity = await make<OpportunityView>(one, 'opportunities');
  await one.must(consultant, { action: 'link-opportunity', opportunity: opportunity.id });
  await one.must(consultant, { action: 'decide-scope', decision: 'in-scope', clause: '4.2' });
  await one.must(consultant, { action: 'engage' });
  await one.must(consultant, { action: 'assign-card' });
  await one.must(manager, { action: 'start-tracks' });
  await one.evidence('sandbox', ...fileEvidence);
  await one.evidence('sandbox', file('exc_1', 'x1'), file('exc_1', 'x1'), file('exc_1', 'x1'));
  await one.evidence('production', file('exc_9', 'p1'));
  assert.equal((await one.see()).state, 'live');
  const customer = `/api/customers/${showId('cus', one.customerId)}`;
  const { stage } = (await board.as(director).get(`${customer}/opportunities/${opportunity.id}`)).json();
  assert.equal(stage, 'won');
});

test('asking for the estimate asks first whether a ticket that is there already is the one, and links it without a mail', async () => {
  const { director, manager } = walk;
  const one = await walk.begin({ serviceModel: 'saas' });
  await one.must(director, { action: 'skip-step', step: 'discovery', reason: 'Small' });
  await one.must(manager, { action: 'answer-consultation', answer: 'Fits' });
  await one.must(director, { action: 'skip-step', step: 'meeting', reason: 'Small' });
  const ticket = await ticketFor(one);
  const asked = await one.act(director, { action: 'request-estimate' });
  const answer = asked.json<{ code: string; errors: { detail: string }[] }>();
  assert.deepEqual([asked.statusCode, answer.code], [409, 'ticket-may-exist']);
  assert.match(answer.errors[0]?.detail ?? '', new RegExp(`^${ticket} is #\\d+ An integration$`));
  await one.must(director, { action: 'request-estimate', ticket });
  await d.runJobs();
  const view = await one.see();
  assert.deepEqual([view.state, view.links.ticket], ['estimating', ticket]);
  assert.equal((await d.tickets(one.code)).length, 1, 'no second one');
});

test('who says that it is none of the open tickets gets a new one', async () => {
  const { director, manager } = walk;
  const one = await walk.begin({ serviceModel: 'saas' });
  await one.must(director, { action: 'skip-step', step: 'discovery', reason: 'Small' });
  await one.must(manager, { action: 'answer-consultation', answer: 'Fits' });
  await one.must(director, { action: 'skip-step', step: 'meeting', reason: 'Small' });
  const other = await ticketFor(one);
  await one.must(director, { action: 'request-estimate', ticket: 'new' });
  await d.runJobs();
  assert.equal((await d.tickets(one.code)).length, 2);
  assert.notEqual((await one.see()).links.ticket, other);
});
