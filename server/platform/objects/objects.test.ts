import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { IncompleteObject, type Objects } from '../objects.ts';
import { withExtent } from './extents.ts';

let t: TestDatabase;
let folder: string;
let objects: Objects;
before(async () => {
  t = await openTestDatabase();
  objects = t.platform.objects;
  folder = join(t.platform.config.server.dataDir, 'objects');
});
after(() => t.close());

test('whatever the order of the writes, the bytes and their hash are those of the whole', async () => {
  const piecesInOrder = fc
    .array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 12 })
    .chain((pieces) =>
      fc.record({
        pieces: fc.constant(pieces.map((piece) => Buffer.from(piece))),
        order: fc.shuffledSubarray([...pieces.keys()], { minLength: pieces.length }),
      }),
    );
  await fc.assert(
    fc.asyncProperty(piecesInOrder, async ({ pieces, order }) => {
      const starts = pieces.map((_, i) => pieces.slice(0, i).reduce((sum, piece) => sum + piece.length, 0));
      const writer = await objects.create({ class: 'transfer' });
      await Promise.all(order.map((i) => writer.write(pieces[i] ?? Buffer.alloc(0), starts[i])));
      const stored = await writer.finish();
      const whole = Buffer.concat(pieces);
      assert.equal(stored.sha256, hash('sha256', whole, 'hex'));
      assert.equal(stored.sizeBytes, whole.length);
      assert.deepEqual(await objects.readBuffer(stored.key, 10_000), whole);
      const reader = await objects.openReader(stored.key);
      assert.deepEqual(await reader.read(5, 7), whole.subarray(5, 12));
      assert.equal((await reader.read(whole.length, 7)).length, 0);
      await reader.close();
    }),
    { numRuns: 50 },
  );
});

test('bytes written over earlier ones count once and are hashed as they end up', async () => {
  const writer = await objects.create({ class: 'transfer' });
  await writer.write(Buffer.from('abcdef'));
  await writer.write(Buffer.from('XY'), 2);
  const stored = await writer.finish();
  assert.equal(stored.sizeBytes, 6);
  assert.equal(stored.sha256, hash('sha256', 'abXYef', 'hex'));
});

test('bytes that are cut off are gone, and a size beyond the end is filled up with zeros', async () => {
  const writer = await objects.create({ class: 'transfer' });
  await writer.write(Buffer.from('abcdef'));
  await writer.truncate(3);
  await writer.truncate(5);
  await writer.write(Buffer.from('Z'), 4);
  const stored = await writer.finish();
  assert.deepEqual(await objects.readBuffer(stored.key, 10), Buffer.from('abc\0Z'));
  assert.equal(stored.sha256, hash('sha256', 'abc\0Z', 'hex'));
});

test('an object with a hole is never named, and its file is not left open, for that would end the process', async () => {
  const writer = await objects.create({ class: 'transfer' });
  await writer.write(Buffer.from('a'), 0);
  await writer.write(Buffer.from('b'), 10);
  await assert.rejects(writer.finish(), IncompleteObject);
  assert.deepEqual(await readdir(join(folder, 'unfinished')), []);
  if (process.platform !== 'linux') return;
  const open = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
  assert.deepEqual(
    (await Promise.all(open)).filter((file) => file.startsWith(folder)),
    [],
  );
});

test('a key cannot lead out of the folder, and a large object is not read into memory', async () => {
  assert.throws(() => objects.read('../../etc/passwd'), TypeError);
  const writer = await objects.create({ class: 'transfer' });
  await writer.write(Buffer.alloc(100));
  const { key } = await writer.finish();
  await assert.rejects(objects.readBuffer(key, 99), RangeError);
});

test('stretches stay apart and in order, and cover exactly what was added', () => {
  const stretch = fc.record({ start: fc.nat(60), length: fc.integer({ min: 1, max: 12 }) });
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 30 }), (stretches) => {
      let extents: { start: number; end: number }[] = [];
      const covered = new Set<number>();
      for (const { start, length } of stretches) {
        extents = withExtent(extents, start, start + length);
        for (let i = start; i < start + length; i++) covered.add(i);
      }
      const listed = extents.flatMap(({ start, end }) =>
        Array.from({ length: end - start }, (_, i) => start + i),
      );
      assert.deepEqual(
        listed,
        [...covered].sort((a, b) => a - b),
      );
      extents.every((one, i) => assert.ok(i === 0 || (extents[i - 1]?.end ?? 0) < one.start));
    }),
  );
});
