import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { findTextFault, foldCode, foldSearch, looseKey, textLine, textProse } from '#contract/text.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';

let t: TestDatabase;
before(async () => {
  t = await openTestDatabase();
});
after(() => t.close());

test('the database and the program fold text in the same way', async () => {
  const letters = fc.constantFrom(..."0019aZéĀāøØßłÆŁſẞ-'’. /\u00a0\u200912ＡＢ９ﬁñ\u0304\u0301");
  const texts = fc.sample(
    fc.array(letters, { maxLength: 12 }).map((parts) => parts.join('')),
    {
      numRuns: 2_000,
      seed: 17,
    },
  );
  const rows = await t.owner<{ code: string; loose: string; search: string }[]>`
    select platform.fold_code(text) as code, platform.loose_key(text) as loose, platform.fold_search(text) as search
    from unnest(${texts}::text[]) with ordinality as given (text, place) order by place`;
  texts.forEach((text, place) => {
    const expected = { code: foldCode(text), loose: looseKey(text), search: foldSearch(text) };
    assert.deepEqual({ ...rows[place] }, expected, JSON.stringify(text));
  });
});

test('keys that look alike to a person have one loose key, and other keys have others', () => {
  for (const alike of [
    ['9602', '009602', "'009602", '9602\u00a0'],
    ['E9603', 'e9603', 'E-009603', 'Ｅ9603'],
  ])
    assert.equal(new Set(alike.map(looseKey)).size, 1, alike.join(' '));
  assert.notEqual(looseKey('1090'), looseKey('190'));
  assert.notEqual(looseKey('0'), looseKey(''));
});

test('a search finds names without their accents and macrons', () => {
  assert.equal(foldSearch('Siobhán KŌWHAI  Øre'), 'siobhan kowhai ore');
});

test('a line refuses what nobody sees, names it and its place, and is stored in NFC', () => {
  const line = textLine(50);
  assert.equal(line.parse(' Ma\u0304ori '), 'Māori');
  for (const character of [
    '\u200b',
    '\u202e',
    '\r',
    '\u0007',
    '\u2028',
    '\ufffd',
    '\ud800',
    '\u3164',
    '\u00ad',
    '\u2800',
    '\ufdd0',
  ])
    assert.equal(line.safeParse(`ab${character}c`).success, false, JSON.stringify(character));
  const refused = line.safeParse('ab\u200bc');
  assert.match(refused.error?.issues[0]?.message ?? '', /U\+200B at position 3/);
});

test('prose keeps its lines and its emoji, and refuses control and bidi characters', () => {
  const prose = textProse(200);
  assert.equal(prose.parse('one\r\ntwo\tthree 👩‍👩‍👧'), 'one\ntwo\tthree 👩‍👩‍👧');
  for (const character of ['\u202e', '\u2066', '\u0000', '\u001b', '\u2029', '\ufffd'])
    assert.notEqual(findTextFault(`a${character}b`, 'prose'), undefined, JSON.stringify(character));
  assert.equal(prose.safeParse('\u200d\u00ad').success, false, 'nothing to be seen');
});
