import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Board, CardView, OpportunityView } from '#contract/pipeline.ts';
import type { Actor } from '#platform/actor.ts';
import { parseId, showId, uuidv7 } from '#platform/ids.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { adoptCard, createCard, createOpportunity, pipeline, winOpportunity } from './index.ts';

type Person = Actor & { kind: 'person' };
let t: TestDatabase;
let server: TestServer;
let director: Person;
let manager: Person;
let portal: Person;
let customer: Awaited<ReturnType<typeof makeCustomer>>;
let base: string;

before(async () => {
  t = await openTestDatabase();
  server = await testServer(t.platform, [pipeline]);
  director = await makePerson(t.platform, { roles: ['commercial-director'] });
  manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  customer = await makeCustomer(t.platform);
  portal = await makePerson(t.platform, { roles: ['project-owner'], customerId: customer.customerId });
  base = `/api/customers/${showId('cus', customer.customerId)}`;
});
after(async () => {
  await server.close();
  await t.close();
});

async function eventsOf(type: string) {
  return read(
    t.platform,
    { customerId: customer.customerId },
    (sql) =>
      sql<{ data: Record<string, unknown> }[]>`
      select data from platform.events where stream_id = ${customer.customerId} and type = ${type} order by sequence`,
  );
}

test('a card is made unassigned; giving it to the integrations manager is said once in the log', async () => {
  const integrationId = uuidv7();
  const made = await server
    .as(director)
    .post(`${base}/cards`, { title: 'HR feed', integrationId: showId('int', integrationId) });
  assert.equal(made.statusCode, 201, made.body);
  const card: CardView = made.json();
  assert.equal(card.assignee, null);
  for (let i = 0; i < 2; i++) {
    const given = await server
      .as(director)
      .post(`${base}/cards/${card.id}/assign`, { assigneeId: showId('per', manager.id) });
    assert.equal(given.json().assignee.name, manager.name, given.body);
  }
  const assigned = (await eventsOf('card.assigned')).filter(
    (event) => event.data['integrationId'] === integrationId,
  );
  assert.deepEqual(
    assigned.map((event) => [event.data['cardId'], event.data['assigneeId']]),
    [[parseId('crd', card.id), manager.id]],
  );
  const moved: CardView = (
    await server.as(manager).post(`${base}/cards/${card.id}/move`, { column: 'development' })
  ).json();
  assert.deepEqual(
    moved.history.map((one) => one.what),
    ['Made the card', `Gave the card to ${manager.name}`, 'Moved the card to "Development"'],
  );
  const board: Board = (await server.as(manager).get('/api/pipeline/board')).json();
  assert.equal(board.name, 'Customer Pipeline');
  assert.ok(
    board.columns.find((column) => column.key === 'development')?.cards.some((one) => one.id === card.id),
  );
});

test('an integration has one card: a second is not made, another card can not be adopted for it', async () => {
  const integrationId = uuidv7();
  await transact(t.platform, { customerId: customer.customerId }, director, async (work) => {
    const loose = await createCard(work, { title: 'Loose' });
    const adopted = await adoptCard(work, { cardId: loose.id, integrationId });
    assert.equal((await createCard(work, { title: 'Second', integrationId })).id, adopted.id);
    const other = await createCard(work, { title: 'Other' });
    await assert.rejects(adoptCard(work, { cardId: other.id, integrationId }), {
      code: 'card-of-another-integration',
    });
  });
});

test('a card goes to staff only', async () => {
  const card: CardView = (await server.as(director).post(`${base}/cards`, { title: 'x' })).json();
  const url = `${base}/cards/${card.id}/assign`;
  assert.equal(
    (await server.as(director).post(url, { assigneeId: showId('per', uuidv7()) })).statusCode,
    422,
  );
  assert.equal(
    (await server.as(director).post(url, { assigneeId: showId('per', portal.id) })).statusCode,
    422,
  );
  assert.equal(
    (await server.as(manager).post(url, { assigneeId: showId('per', manager.id) })).statusCode,
    403,
  );
  assert.equal((await server.as(portal).get('/api/pipeline/board')).statusCode, 403);
  assert.equal((await server.as(null).get('/api/pipeline/board')).statusCode, 401);
  assert.equal((await server.as(director).post(url, { assignee: 'me' })).statusCode, 400);
});

test('an opportunity keeps its history, ends once, and a lost one needs its reason', async () => {
  const made: OpportunityView = (
    await server.as(director).post(`${base}/opportunities`, { title: 'HR feed' })
  ).json();
  const url = `${base}/opportunities/${made.id}/move`;
  assert.equal(made.stage, 'prospect');
  assert.equal(
    (await server.as(director).post(url, { stage: 'proposal', amountCents: 1_250_000 })).json().amountCents,
    1_250_000,
  );
  assert.equal((await server.as(director).post(url, { stage: 'lost' })).json().code, 'lost-needs-reason');
  await transact(t.platform, { customerId: customer.customerId }, director, (work) =>
    winOpportunity(work, { opportunityId: parseId('opp', made.id) ?? '' }),
  );
  assert.equal(
    (await server.as(director).post(url, { stage: 'lost', reason: 'late' })).json().code,
    'opportunity-final',
  );
  const [won] = await eventsOf('opportunity.won');
  assert.equal(won?.data['amountCents'], 1_250_000);
  const list = (await server.as(manager).get('/api/opportunities?stage=won')).json();
  assert.equal(list.items.length, 1);
  assert.equal((await server.as(manager).post(url, { stage: 'estimate' })).statusCode, 403);
});

test("another customer's card and opportunity answer like ones that do not exist", async () => {
  const other = await makeCustomer(t.platform);
  const [card, opportunity] = await transact(
    t.platform,
    { customerId: other.customerId },
    director,
    async (work) => [
      await createCard(work, { title: 'Theirs' }),
      await createOpportunity(work, { title: 'Theirs' }),
    ],
  );
  const none = showId('crd', uuidv7());
  const answers = await Promise.all(
    [
      `${base}/cards/${showId('crd', card.id)}`,
      `${base}/cards/${none}`,
      `${base}/opportunities/${showId('opp', opportunity.id)}`,
    ].map(async (url) => (await server.as(director).get(url)).json().code),
  );
  assert.deepEqual(answers, ['not-found', 'not-found', 'not-found']);
  const nobody = `/api/customers/${showId('cus', uuidv7())}/cards`;
  assert.equal((await server.as(director).post(nobody, { title: 'x' })).statusCode, 404);
});

test('a column says how many cards it has, however few are asked for', async () => {
  const board = async (query: string) =>
    (await server.as(director).get(`/api/pipeline/board${query}`)).json<Board>().columns;
  const make = (title: string) => server.as(director).post(`${base}/cards`, { title, column: 'testing' });
  for (const title of ['One', 'Two', 'Three']) assert.equal((await make(title)).statusCode, 201);
  const testing = (await board('?limit=2')).find((column) => column.key === 'testing');
  assert.deepEqual([testing?.count, testing?.cards.length], [3, 2]);
  assert.equal((await server.as(director).get('/api/pipeline/board?limit=0')).statusCode, 400);
});

test('an opportunity is found by the beginnings of its words and its customer, on every page', async () => {
  const other = await makeCustomer(t.platform);
  for (const [of, title] of [
    [customer, 'Rōpū leave'],
    [customer, 'Roster leave'],
    [other, 'Rōpū leave of others'],
  ] as const)
    await transact(t.platform, { customerId: of.customerId }, director, (work) =>
      createOpportunity(work, { title }),
    );
  const find = async (query: string) => {
    const answer = await server.as(manager).get(`/api/opportunities?${query}`);
    assert.equal(answer.statusCode, 200, answer.body);
    const page = answer.json<{ items: OpportunityView[]; next: string | null }>();
    return { titles: page.items.map((one) => one.title), next: page.next };
  };
  const own = 'Rōpū leave';
  assert.deepEqual((await find(`search=ropu%20lea%20${customer.code.toLowerCase()}`)).titles, [own]);
  const first = await find(`search=leave&customer=${showId('cus', customer.customerId)}&limit=1`);
  assert.deepEqual(first.titles, ['Roster leave']);
  const second = await find(
    `search=leave&customer=${showId('cus', customer.customerId)}&limit=1&cursor=${first.next}`,
  );
  assert.deepEqual(second.titles, [own]);
  assert.deepEqual((await find('search=leave&stage=won')).titles, []);
});

test('what of a customer belongs to no integration is listed whole, and nothing of another customer', async () => {
  const [own, other] = [await makeCustomer(t.platform), await makeCustomer(t.platform)];
  for (const [of, title, integrationId] of [
    [own, 'Free', undefined],
    [own, 'Taken', uuidv7()],
    [other, 'Free of others', undefined],
  ] as const)
    await transact(t.platform, { customerId: of.customerId }, director, (work) =>
      createOpportunity(work, { title, ...(integrationId === undefined ? {} : { integrationId }) }),
    );
  const at = `/api/customers/${showId('cus', own.customerId)}`;
  assert.equal((await server.as(director).post(`${at}/cards`, { title: 'Card' })).statusCode, 201);
  const answer = (await server.as(manager).get(`${at}/pipeline/unlinked`)).json();
  const titles = (items: { title: string }[]) => items.map((one) => one.title);
  assert.deepEqual([titles(answer.opportunities), titles(answer.cards)], [['Free'], ['Card']]);
});
