import assert from 'node:assert/strict';
import { hash, randomBytes } from 'node:crypto';
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { openS3Store, type S3Store } from '#testing/s3-store.ts';
import { IncompleteObject, type Objects, storeBytes } from '../objects.ts';
import { type Extent, withExtent } from './extents.ts';

/** What a client may do with an object that it writes; sizes are around those of pages. */
type Step =
  | { write: number; length: number; fill: number }
  | { append: number; fill: number }
  | { truncate: number };

const place = fc.oneof(fc.nat(300), fc.nat(80_000), fc.constantFrom(0, 65_535, 65_536, 65_537));
const length = fc.oneof(fc.integer({ min: 1, max: 400 }), fc.constantFrom(30_000, 65_536, 65_537));
const fill = fc.integer({ min: 1, max: 255 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ write: place, length, fill }) },
  { weight: 2, arbitrary: fc.record({ append: length, fill }) },
  { weight: 1, arbitrary: fc.record({ truncate: place }) },
);
/** Many begin with a stretch without holes, as most files do. */
const steps = fc
  .tuple(fc.constantFrom(0, 66_000, 90_000), fc.array(step, { maxLength: 7 }))
  .map(([base, rest]): Step[] => (base === 0 ? rest : [{ append: base, fill: 7 }, ...rest]));
const range = fc.record({ position: place, length });

/** What the bytes must be, done in the plainest way; undefined where there is a hole. */
function model(steps: Step[]): Buffer | undefined {
  let bytes = Buffer.alloc(0);
  let written = Buffer.alloc(0);
  const resize = (size: number) => {
    const grow = (from: Buffer) =>
      Buffer.concat([from, Buffer.alloc(Math.max(0, size - from.length))]).subarray(0, size);
    bytes = grow(bytes);
    written = grow(written);
  };
  for (const one of steps) {
    if ('truncate' in one) {
      const before = bytes.length;
      resize(one.truncate);
      if (one.truncate > before) written.fill(1, before);
      continue;
    }
    const at = 'append' in one ? bytes.length : one.write;
    const size = 'append' in one ? one.append : one.length;
    if (at + size > bytes.length) resize(at + size);
    bytes.fill(one.fill, at, at + size);
    written.fill(1, at, at + size);
  }
  return written.includes(0) ? undefined : bytes;
}

const stores: Record<string, () => Promise<S3Store | undefined>> = {
  'a local folder': async () => undefined,
  'an S3 store': openS3Store,
};

for (const [name, openStore] of Object.entries(stores))
  describe(`objects in ${name}`, () => {
    let t: TestDatabase;
    let s3: S3Store | undefined;
    let unfinished: string;
    let objects: Objects;
    before(async () => {
      s3 = await openStore();
      t = await openTestDatabase(s3 === undefined ? {} : { objects: s3.settings });
      objects = t.platform.objects;
      unfinished = join(t.platform.config.server.dataDir, 'objects', 'unfinished');
    });
    after(async () => {
      await t.close();
      await s3?.close();
    });

    test('stored bytes are the sent bytes: 1,000 sequences of writes, appends and truncations, read in any part', async (c) => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      c.diagnostic(`seed ${seed}`);
      const sequence = fc.record({
        steps,
        ranges: fc.array(range, { minLength: 1, maxLength: 3 }),
        atOnce: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(sequence, async ({ steps, ranges, atOnce }) => {
          const writer = await objects.create({ class: 'transfer' });
          const asked: Promise<void>[] = [];
          for (const one of steps) {
            if ('truncate' in one) asked.push(writer.truncate(one.truncate));
            else {
              const at = 'append' in one ? writer.sizeBytes : one.write;
              asked.push(writer.write(Buffer.alloc('append' in one ? one.append : one.length, one.fill), at));
            }
            if (!atOnce) await asked.at(-1);
          }
          await Promise.all(asked);
          const whole = model(steps);
          if (whole === undefined) return assert.rejects(writer.finish(), IncompleteObject);
          const stored = await writer.finish();
          assert.equal(stored.sizeBytes, whole.length);
          assert.equal(stored.sha256, hash('sha256', whole, 'hex'));
          const reader = await objects.openReader(stored.key);
          assert.ok((await reader.read(0, whole.length)).equals(whole));
          for (const { position, length } of ranges) {
            const expected = whole.subarray(position, position + length);
            assert.ok((await reader.read(position, length)).equals(expected));
          }
          await reader.close();
          const [{ position, length } = { position: 0, length: 1 }] = ranges;
          const part = objects.read(stored.key, { start: position, end: position + length - 1 });
          const streamed = Buffer.concat(await part.toArray());
          assert.ok(streamed.equals(whole.subarray(position, position + length)));
        }),
        { numRuns: 1_000, seed },
      );
      assert.deepEqual(await readdir(unfinished), []);
    });

    test('bytes written over earlier ones count once and are hashed as they end up', async () => {
      const writer = await objects.create({ class: 'transfer' });
      await writer.write(Buffer.from('abcdef'));
      await writer.write(Buffer.from('XY'), 2);
      const stored = await writer.finish();
      assert.equal(stored.sizeBytes, 6);
      assert.equal(stored.sha256, hash('sha256', 'abXYef', 'hex'));
    });

    test('a large object goes and comes in parts, and is the same', async () => {
      const piece = randomBytes(1_000_003);
      const writer = await objects.create({ class: 'transfer' });
      for (let i = 0; i < 20; i++) await writer.write(piece);
      const stored = await writer.finish();
      const whole = Buffer.concat(Array.from({ length: 20 }, () => piece));
      assert.equal(stored.sha256, hash('sha256', whole, 'hex'));
      assert.ok(Buffer.concat(await objects.read(stored.key).toArray()).equals(whole));
      const reader = await objects.openReader(stored.key);
      assert.ok((await reader.read(17_000_000, 200_000)).equals(whole.subarray(17_000_000, 17_200_000)));
      assert.equal((await reader.read(whole.length, 7)).length, 0);
      await reader.close();
    });

    test('an object with a hole is never named, and its file is not left open, for that would end the process', async () => {
      const writer = await objects.create({ class: 'transfer' });
      await writer.write(Buffer.from('a'), 0);
      await writer.write(Buffer.from('b'), 10);
      await assert.rejects(writer.finish(), IncompleteObject);
      assert.deepEqual(await readdir(unfinished), []);
      if (process.platform !== 'linux') return;
      const open = (await readdir('/proc/self/fd')).map((fd) =>
        readlink(`/proc/self/fd/${fd}`).catch(() => ''),
      );
      assert.deepEqual(
        (await Promise.all(open)).filter((file) => file.startsWith(unfinished)),
        [],
      );
    });

    test('a key cannot lead out of the store, and a large object is not read into memory', async () => {
      assert.throws(() => objects.read('../../etc/passwd'), TypeError);
      const { key } = await storeBytes(objects, { class: 'mail' }, Buffer.alloc(100));
      await assert.rejects(objects.readBuffer(key, 99), RangeError);
    });

    test('what is not there is missing; what was removed has expired; removing twice is well', async () => {
      const lost = await storeBytes(objects, { class: 'mail' }, Buffer.from('mail'));
      await t.store.blobs.remove(lost.key);
      await assert.rejects(objects.readBuffer(lost.key, 100), { code: 'OBJECT_MISSING' });
      const removed = await storeBytes(objects, { class: 'mail' }, Buffer.from('mail'));
      await objects.remove(removed.key);
      await objects.remove(removed.key);
      await assert.rejects(objects.openReader(removed.key), { code: 'OBJECT_EXPIRED' });
      const empty = await storeBytes(objects, { class: 'mail' }, Buffer.alloc(0));
      assert.equal((await objects.readBuffer(empty.key, 0)).length, 0);
    });
  });

test('stretches stay apart and in order, and cover exactly what was added', () => {
  const stretch = fc.record({ start: fc.nat(60), length: fc.integer({ min: 1, max: 12 }) });
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 30 }), (stretches) => {
      let extents: Extent[] = [];
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
