import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { createProgress } from './progress.ts';

/** What stands on a terminal of so many columns, or in a file without any, at this moment and in the end. */
function screen(columns?: number) {
  let text = '';
  const progress = createProgress(
    (more) => {
      text += more;
    },
    () => columns,
  );
  const lines = () => text.split('\n').map((line) => stripVTControlCharacters(line.split('\r').at(-1) ?? ''));
  return { progress, lines };
}

test('a terminal shows which step is under way until it is done', async () => {
  const { progress, lines } = screen(40);
  const working = Promise.withResolvers<void>();
  const step = progress.step('database', () => working.promise);
  assert.deepEqual(lines(), ['  … database']);
  working.resolve();
  await step;
  assert.match(lines()[0] ?? '', /^ {2}✓ database \(\d\.\d s\)$/);
  progress.begin(`E5 ${'a long title '.repeat(9)}`);
  assert.equal(lines()[1]?.length, 39);
  progress.line('  ✓ E5');
  assert.deepEqual(lines().slice(1), ['  ✓ E5', '']);
});

test('a step that fails leaves nothing behind it', async () => {
  const { progress, lines } = screen(40);
  await assert.rejects(progress.step('database', async () => assert.fail('the disk is full')));
  assert.deepEqual(lines(), ['']);
});

test('what goes to a file holds finished steps only', async () => {
  const { progress, lines } = screen();
  progress.begin('E5');
  await progress.step(
    'schema',
    async () => 3,
    (applied) => `${applied} steps applied`,
  );
  progress.line('done');
  assert.match(lines().join('\n'), /^ {2}✓ schema: 3 steps applied \(\d\.\d s\)\ndone\n$/);
});
