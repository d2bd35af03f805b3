import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { z } from 'zod';
import type { IntegrationList, IntegrationView, integrationBoard } from '#contract/integrations.ts';
import { type IntegrationWalk, openIntegrationWalk } from '#testing/integration-walk.ts';

type Board = z.infer<typeof integrationBoard>;

const many = 24;
let walk: IntegrationWalk;
let first: Awaited<ReturnType<IntegrationWalk['begin']>>;

before(async () => {
  walk = await openIntegrationWalk();
  const { clock } = walk.t.platform;
  for (let i = 1; i <= many; i++) {
    clock.set(clock.now().add({ minutes: 1 }));
    const name = `Feed ${String(i).padStart(2, '0')} 100%${i === 9 ? ' Māhi' : ''}`;
    const one = await walk.begin({ serviceModel: 'saas', open: { name }, ...(first ? { of: first } : {}) });
    first ??= one;
  }
  // The one that waited longest is the last that changed.
  await first.must(walk.director, { action: 'plan', webhooks: 'none' });
});
after(() => walk?.close());

const get = async <T>(path: string, person: Parameters<typeof walk.server.as>[0] = walk.director) => {
  const answer = await walk.server.as(person).get(path);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json() as T;
};
const column = (board: Board, phase: string) => board.columns.find((one) => one.phase === phase);

test('the board counts every integration of a phase and shows the longest waiting first', async () => {
  const board = await get<Board>('/api/integrations/board?limit=5');
  const discovery = column(board, 'discovery');
  assert.equal(discovery?.count, many);
  assert.deepEqual(
    discovery?.items.map((row) => row.name.slice(0, 7)),
    ['Feed 01', 'Feed 02', 'Feed 03', 'Feed 04', 'Feed 05'],
  );
  assert.equal(column(board, 'live')?.count, 0);
  const refused = await walk.server.as(first.owner).get('/api/integrations/board');
  assert.equal(refused.statusCode, 403);
});

test('the rest of a phase is read page by page, each once, in either order', async () => {
  for (const [order, newest] of [
    ['since', 'Feed 01'],
    ['changed', 'Feed 01'],
  ] as const) {
    const names: string[] = [];
    for (let after = ''; ; ) {
      const page: IntegrationList = await get(
        `/api/integrations?phase=discovery&order=${order}&limit=10${after}`,
      );
      names.push(...page.items.map((row) => row.name.slice(0, 7)));
      if (page.next === null) break;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
    assert.equal(new Set(names).size, many, order);
    assert.equal(names.length, many, order);
    assert.equal(names[0], newest);
    assert.equal(names[1], order === 'since' ? 'Feed 02' : `Feed ${many}`);
  }
});

test('words are looked for by the server in names and codes; the counts follow', async () => {
  const found = async (search: string, person = walk.director) => {
    const list = await get<IntegrationList>(
      `/api/integrations?limit=3&search=${encodeURIComponent(search)}`,
      person,
    );
    const count = list.phases.reduce((sum, one) => sum + one.count, 0);
    assert.equal(list.total, person === walk.director ? count : undefined);
    return { items: list.items.length, count };
  };
  assert.deepEqual(await found('feed 07'), { items: 1, count: 1 });
  assert.deepEqual(await found(first.code.toLowerCase()), { items: 3, count: many });
  assert.deepEqual(await found('fee 100%'), { items: 3, count: many }, 'beginnings of words');
  assert.deepEqual(await found('F%d'), { items: 0, count: 0 }, 'no wildcards');
  assert.deepEqual(await found('mahi'), { items: 1, count: 1 }, 'without macrons');
  const board = await get<Board>('/api/integrations/board?search=feed%2007');
  assert.equal(column(board, 'discovery')?.count, 1);
  assert.equal((await found('feed 07', first.owner)).items, 1, 'in the portal too');
});

test('what waits on somebody is found for them, and for their colleagues it is not', async () => {
  const { consultant, director } = walk;
  const theirs = await walk.begin({
    serviceModel: 'saas',
    by: consultant,
    open: { name: 'Onboarding', origin: 'new' },
  });
  const mine = async (person: typeof director) => {
    const board = await get<Board>('/api/integrations/board?mine=true', person);
    return board.columns.reduce((sum, one) => sum + one.count, 0);
  };
  assert.equal(await mine(consultant), 1);
  assert.equal(await mine(director), many);
  const list = await get<IntegrationList>('/api/integrations?mine=true', consultant);
  assert.deepEqual(
    list.items.map((row) => row.id),
    [(await get<IntegrationView>(`${theirs.base}/${theirs.id}`)).id],
  );
});
