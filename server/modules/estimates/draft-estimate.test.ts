import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { estimateContent } from '#contract/estimates.ts';
import type { Actor } from '#platform/actor.ts';
import { type EstimateBench, openEstimateBench, signedContent } from '#testing/estimate-bench.ts';
import { makePerson } from '#testing/factories.ts';
import { testServer } from '#testing/http.ts';
import { withAuthors } from './estimate.ts';
import { estimates } from './index.ts';

let one: EstimateBench;
before(async () => {
  one = await openEstimateBench();
});
after(() => one.close());

const first = { version: 1, revision: 1 };
const titled = (title: string) => ({ ...signedContent, title });

/** An estimate that is still being written. */
async function drafted() {
  const made = await one.submitted();
  const base = made.url.slice(0, made.url.lastIndexOf('/'));
  const { id } = (await one.server.as(one.manager).post(base, { content: signedContent })).json();
  const url = `${base}/${id}`;
  const save = (person: Actor, basedOn: object, content: object) =>
    one.server.as(person).put(`${url}/draft`, { basedOn, content });
  return { ...made, url, save };
}

test('of two who write at once the later one is told, and nothing of the earlier is lost', async () => {
  const { url, save } = await drafted();
  const colleague = await makePerson(one.t.platform, { roles: ['integrations-manager'], name: 'Aroha' });
  const saved = await save(colleague, first, titled('Hers'));
  assert.equal(saved.json().versions[0].revision, 2);
  const late = await save(one.manager, first, titled('Mine'));
  assert.deepEqual([late.statusCode, late.json().code], [409, 'draft-changed']);
  assert.doesNotMatch(late.body, /Aroha/);
  const [version] = (await one.server.as(one.manager).get(url)).json().versions;
  assert.deepEqual([version.content.title, version.author], ['Hers', 'Aroha']);
  const after = await save(one.manager, { version: 1, revision: 2 }, titled('Both'));
  assert.equal(after.json().versions[0].content.title, 'Both');
  const again = await save(one.manager, { version: 1, revision: 2 }, titled('Both'));
  assert.deepEqual(
    [again.statusCode, again.json().versions[0].revision],
    [200, 3],
    'a lost answer, sent again',
  );
});

test('nobody puts into review or finalises what somebody changed since they looked', async () => {
  const { url, save } = await drafted();
  const { server, manager, director } = one;
  await save(manager, first, titled('Changed'));
  const early = await server.as(manager).post(`${url}/submit`, { basedOn: first });
  assert.equal(early.json().code, 'draft-changed');
  const seen = { version: 1, revision: 2 };
  assert.equal((await server.as(manager).post(`${url}/submit`, { basedOn: seen })).statusCode, 200);
  await save(director, seen, titled("The Director's"));
  assert.equal(
    (await server.as(director).post(`${url}/finalise`, { basedOn: seen })).json().code,
    'draft-changed',
  );
  const newest = { version: 2, revision: 1 };
  assert.equal((await server.as(director).post(`${url}/finalise`, { basedOn: newest })).statusCode, 200);
});

test('a validity that no calendar of ours reaches is refused at its place', async () => {
  const { save } = await drafted();
  const late = await save(one.manager, first, { ...signedContent, validUntil: '9999-12-31' });
  assert.equal(late.statusCode, 400);
  assert.equal(late.json().errors[0].pointer, '/content/validUntil');
});

test('a draft is the Integrations Manager’s; the Director changes it in review only', async () => {
  const { url, save } = await drafted();
  const { server, manager, director } = one;
  const lead = await makePerson(one.t.platform, { roles: ['lead-consultant'] });
  const begun = await server
    .as(director)
    .post(url.slice(0, url.lastIndexOf('/')), { content: signedContent });
  assert.equal(begun.statusCode, 403);
  for (const person of [director, lead])
    assert.equal((await save(person, first, titled('x'))).statusCode, 403);
  await server.as(manager).post(`${url}/submit`);
  assert.equal((await save(lead, first, titled('x'))).statusCode, 409);
  await server.as(director).post(`${url}/comments`, { text: 'Lower, please.' });
  await server.as(director).post(`${url}/return`);
  assert.equal((await save(director, first, titled('x'))).statusCode, 403);
  assert.equal((await save(manager, first, titled('y'))).statusCode, 200);
});

test('a large discount is finalised by none of those who set it, whoever wrote the version last', async () => {
  const { url, save } = await drafted();
  const { server, manager, director } = one;
  const large = { reasonCode: 'strategic', reason: 'Lighthouse', amountCents: -60_000 };
  await server.as(manager).post(`${url}/submit`);
  const discounted = { ...signedContent, adjustments: [large] };
  const set = await save(director, first, discounted);
  assert.deepEqual(set.json().versions[1].adjusters, [director.name]);
  await server.as(director).post(`${url}/comments`, { text: 'Say it better.' });
  await server.as(director).post(`${url}/return`);
  const kept = set.json().versions[1].content.adjustments[0].author;
  const posing = { ...large, author: `per_${'0'.repeat(26)}` };
  const refined = await save(
    manager,
    { version: 2, revision: 1 },
    { ...titled('Better'), adjustments: [posing] },
  );
  assert.equal(refined.json().versions[2].content.adjustments[0].author, kept, 'its author stays');
  const [comment] = refined.json().comments;
  await server.as(manager).post(`${url}/comments/${comment.id}/answer`, { answer: 'Done.' });
  await server.as(manager).post(`${url}/submit`);
  assert.equal((await server.as(director).post(`${url}/finalise`)).json().code, 'second-approver-needed');
  const another = await makePerson(one.t.platform, { roles: ['commercial-director'] });
  assert.equal((await server.as(another).post(`${url}/finalise`)).statusCode, 200);
});

test('how large a discount one person may set and finalise is configuration', async () => {
  const { url, save } = await drafted();
  const { server, manager, director, t } = one;
  await server.as(manager).post(`${url}/submit`);
  const large = { reasonCode: 'strategic', reason: 'Lighthouse', amountCents: -60_000 };
  await save(director, first, { ...signedContent, adjustments: [large] });
  assert.equal((await server.as(director).post(`${url}/finalise`)).statusCode, 403);
  const config = { ...t.platform.config, estimates: { discountFloorPercent: 90 } };
  const generous = await testServer({ ...t.platform, config }, [estimates]);
  assert.equal((await generous.as(director).post(`${url}/finalise`)).statusCode, 200);
  await generous.close();
});

test('an adjustment keeps its author for as long as nothing of it changes', () => {
  const adjustment = fc.record({
    reasonCode: fc.constantFrom('relationship' as const, 'goodwill' as const),
    reason: fc.constantFrom('a', 'b'),
    amountCents: fc.integer({ min: -3, max: 3 }),
  });
  const content = estimateContent.parse(signedContent);
  const key = ({
    reasonCode,
    reason,
    amountCents,
  }: {
    reasonCode: string;
    reason: string;
    amountCents: number;
  }) => `${reasonCode} ${reason} ${amountCents}`;
  fc.assert(
    fc.property(
      fc.array(adjustment, { maxLength: 6 }),
      fc.array(adjustment, { maxLength: 6 }),
      (old, now) => {
        const before = withAuthors({ ...content, adjustments: old }, [], 'first').adjustments;
        const after = withAuthors({ ...content, adjustments: now }, before, 'second').adjustments;
        assert.deepEqual(after.map(key), now.map(key));
        for (const name of new Set(now.map(key))) {
          const count = (list: { author?: string | undefined }[], author: string) =>
            list.filter((each) => key(each as never) === name && each.author === author).length;
          const there = old.filter((each) => key(each) === name).length;
          assert.equal(
            count(after, 'first'),
            Math.min(there, now.filter((each) => key(each) === name).length),
          );
        }
      },
    ),
  );
});
