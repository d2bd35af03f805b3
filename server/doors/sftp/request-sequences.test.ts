import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { Client } from 'ssh2';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { openFlags, RawSftp } from '#testing/raw-sftp.ts';
import { openSftpBench, type SftpBench } from '#testing/sftp-bench.ts';

const atOnce = 20;
const perClient = 10;
const runs = 50;
const { append, create, truncate, exclusive } = openFlags;

let t: TestDatabase;
let bench: SftpBench;
let clients: Client[];

before(async () => {
  t = await openTestDatabase({ sftp: { maxConnectionsPerAccount: 60 }, files: { maxUploadBytes: 300_000 } });
  bench = await openSftpBench(t.platform);
  clients = await Promise.all(Array.from({ length: atOnce / perClient }, () => bench.connect()));
});
after(async () => {
  for (const client of clients) client.end();
  await bench.close();
  await t.close();
});

type Step =
  | { do: 'open'; flags: number; sizeBytes: number | undefined }
  | { do: 'write'; pieces: { offset: number; length: number }[] }
  | { do: 'resize-open' | 'resize'; sizeBytes: number }
  | { do: 'close' | 'rename' | 'replace' | 'remove' | 'drop' };

const size = fc.oneof(fc.nat(60), fc.constantFrom(0, 32_768, 261_120, 300_000, 300_001));
const piece = fc.record({
  offset: fc.oneof({ weight: 9, arbitrary: fc.nat(50) }, { weight: 1, arbitrary: size }),
  length: fc.oneof(
    { weight: 9, arbitrary: fc.nat(30) },
    { weight: 1, arbitrary: fc.constantFrom(0, 32_768, 261_120, 261_121) },
  ),
});
const flags = fc
  .subarray([create, create, append, truncate, exclusive])
  .map((chosen) => chosen.reduce((sum, flag) => sum | flag, 2));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('open' as const),
      flags,
      sizeBytes: fc.option(fc.nat(40), { nil: undefined, freq: 4 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      pieces: fc.array(piece, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('resize-open' as const, 'resize' as const), sizeBytes: size }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'close' as const,
        'close' as const,
        'rename' as const,
        'replace' as const,
        'remove' as const,
        'drop' as const,
      ),
    }),
  },
);
/** Most begin with a file to work on. */
const first = fc.record({
  do: fc.constant('open' as const),
  flags: flags.map((chosen) => chosen | create),
  sizeBytes: fc.constant(undefined),
});
const sequence = fc
  .tuple(first, fc.array(step, { minLength: 2, maxLength: 3 }))
  .map(([open, steps]): Step[] => [open, ...steps]);

/** What the folder must hold: the bytes of two names, and of the file being written, with holes where nothing was. */
class Model {
  readonly files = new Map<string, Buffer>();
  open: { handle: string; bytes: (number | undefined)[]; appends: boolean } | undefined;

  write(offset: number, data: Buffer): void {
    if (this.open === undefined) return;
    const { bytes, appends } = this.open;
    const start = appends ? bytes.length : offset;
    if (data.length > 0) while (bytes.length < start) bytes.push(undefined);
    for (const [i, byte] of data.entries()) bytes[start + i] = byte;
  }

  resize(sizeBytes: number): void {
    if (this.open === undefined) return;
    const { bytes } = this.open;
    bytes.length = Math.min(bytes.length, sizeBytes);
    while (bytes.length < sizeBytes) bytes.push(0);
  }
}

/** Plays one sequence; after each step that was answered with success, the door holds what the model does. */
async function play(client: Client, name: string, steps: Step[], count: () => void): Promise<void> {
  let sftp = await RawSftp.open(client);
  const model = new Model();
  const [path, other] = [`/in/employees/${name}.part`, `/in/employees/${name}-other.part`];
  let filler = 0;
  for (const one of steps) {
    switch (one.do) {
      case 'open': {
        if (model.open !== undefined) break;
        const { handle } = await sftp.openFile(path, one.flags, one.sizeBytes);
        if (handle === '') break;
        const existing = model.files.get(path);
        assert.ok(existing !== undefined || one.flags & create, 'opened what is not there');
        assert.ok(!(existing && one.flags & create && one.flags & exclusive), 'opened what is not new');
        const begun = one.flags & truncate ? [] : [...(existing ?? [])];
        model.open = { handle, bytes: begun, appends: (one.flags & append) !== 0 };
        if (one.sizeBytes !== undefined) model.resize(one.sizeBytes);
        count();
        break;
      }
      case 'write': {
        const { handle } = model.open ?? { handle: 'none' };
        const pieces = one.pieces.map(({ offset, length }) => ({
          offset,
          data: Buffer.alloc(length, ++filler),
        }));
        const answers = await sftp.send(
          ...pieces.map(({ offset, data }) => sftp.write(handle, offset, data)),
        );
        const isDone = answers.every((answer) => answer.status === 0);
        assert.ok(!isDone || model.open, 'wrote without a handle');
        if (isDone) for (const { offset, data } of pieces) model.write(offset, data);
        else if (model.open !== undefined) {
          const [closed] = await sftp.send(sftp.close(handle));
          assert.notEqual(closed?.status, 0, 'closed with success after a write that failed');
          model.open = undefined;
        }
        if (isDone) count();
        break;
      }
      case 'resize-open': {
        if (model.open === undefined) break;
        const [answer] = await sftp.send(sftp.resizeOpen(model.open.handle, one.sizeBytes));
        if (answer?.status === 0) model.resize(one.sizeBytes);
        else {
          await sftp.send(sftp.close(model.open.handle));
          model.open = undefined;
        }
        break;
      }
      case 'resize': {
        const [answer] = await sftp.send(sftp.resize(path, one.sizeBytes));
        if (answer?.status !== 0) {
          if (model.open !== undefined) {
            await sftp.send(sftp.close(model.open.handle));
            model.open = undefined;
          }
        } else if (model.open !== undefined) model.resize(one.sizeBytes);
        else {
          const existing = model.files.get(path);
          assert.ok(existing !== undefined, 'resized what is not there');
          const resized = Buffer.alloc(one.sizeBytes);
          existing.copy(resized);
          model.files.set(path, resized);
        }
        break;
      }
      case 'close': {
        if (model.open === undefined) break;
        const { handle, bytes } = model.open;
        const [answer] = await sftp.send(sftp.close(handle));
        if (answer?.status === 0) {
          assert.ok(!bytes.includes(undefined), 'closed with success though a part was never written');
          model.files.set(path, Buffer.from(bytes as number[]));
          count();
        } else assert.ok(bytes.includes(undefined), `a whole file was refused: ${answer?.message}`);
        model.open = undefined;
        break;
      }
      case 'rename':
      case 'replace': {
        const [answer] = await sftp.send(
          one.do === 'rename' ? sftp.rename(path, other) : sftp.replace(path, other),
        );
        if (answer?.status !== 0) break;
        const moved = model.files.get(path);
        assert.ok(moved !== undefined && model.open === undefined, 'renamed what could not be');
        assert.ok(one.do === 'replace' || !model.files.has(other), 'a rename replaced a file');
        model.files.delete(path);
        model.files.set(other, moved);
        count();
        break;
      }
      case 'remove': {
        const [answer] = await sftp.send(sftp.remove(path));
        if (answer?.status === 0) assert.ok(model.files.delete(path), 'removed what is not there');
        break;
      }
      case 'drop':
        await sftp.end();
        sftp = await RawSftp.open(client);
        model.open = undefined;
    }
    if (model.open !== undefined) {
      const [answer] = await sftp.send(sftp.stat(path));
      assert.equal(answer?.sizeBytes, model.open.bytes.length, `the size after ${one.do}`);
    }
  }
  if (model.open !== undefined) await sftp.end().then(async () => (sftp = await RawSftp.open(client)));
  for (const at of [path, other]) assertSame(await sftp.whole(at), model.files.get(at), steps);
  await sftp.end();
}

/** Compares without the difference that assert would make of two long buffers. */
function assertSame(stored: Buffer | undefined, sent: Buffer | undefined, steps: Step[]): void {
  const isSame = stored === undefined || sent === undefined ? stored === sent : stored.equals(sent);
  assert.ok(
    isSame,
    `${stored?.length} bytes are stored, ${sent?.length} others were sent: ${JSON.stringify(steps)}`,
  );
}

test('after 1,000 sequences of requests the stored bytes are those that were sent, and success means done', async (context) => {
  const seed = Number(process.env['FAIRLEAD_TEST_SEED'] ?? Date.now() % 2 ** 31);
  context.diagnostic(`seed ${seed}`);
  let [played, succeeded] = [0, 0];
  const batch = fc.array(sequence, { minLength: atOnce, maxLength: atOnce });
  await fc.assert(
    fc.asyncProperty(batch, async (sequences) => {
      await Promise.all(
        sequences.map((steps, i) => {
          const client = clients[i % clients.length];
          if (client === undefined) throw new Error('no client is connected');
          played += 1;
          return play(client, `sequence-${played}`, steps, () => {
            succeeded += 1;
          });
        }),
      );
    }),
    {
      numRuns: runs,
      seed,
      endOnFailure: true,
      reporter: (details) => details.failed && assert.fail(`seed ${seed}: ${details.errorInstance}`),
    },
  );
  assert.ok(played >= 1_000 && succeeded > played, 'most sequences do something');
});
