import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { longName } from './attributes.ts';
import { encodeLimits, encodeNames, encodeStatus, encodeVersion } from './replies.ts';
import { decodeRequest } from './requests.ts';
import { BadPacket, maxPacketBytes, PacketSplitter, WireReader, WireWriter } from './wire.ts';

const text = fc.string({ unit: fc.constantFrom('a', '/', '.', 'ā', '😀', ' ', '~') });
const path = text.filter((one) => Buffer.byteLength(one) <= 4_096);
const id = fc.nat(0xffff_ffff);

test('a stream of packets comes out whole however it is cut', () => {
  const packets = fc.array(fc.uint8Array({ minLength: 1, maxLength: 500 }), { maxLength: 15 });
  fc.assert(
    fc.property(packets, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (bodies, cuts) => {
      const stream = Buffer.concat(
        bodies.flatMap((body) => {
          const length = Buffer.alloc(4);
          length.writeUInt32BE(body.length);
          return [length, Buffer.from(body)];
        }),
      );
      const splitter = new PacketSplitter();
      const got: Buffer[] = [];
      for (let at = 0, i = 0; at < stream.length; i++) {
        const size = cuts[i % cuts.length] ?? 1;
        got.push(...splitter.push(stream.subarray(at, at + size)).map((one) => Buffer.from(one)));
        at += size;
      }
      assert.deepEqual(
        got,
        bodies.map((body) => Buffer.from(body)),
      );
      assert.equal(splitter.heldBytes, 0);
    }),
  );
});

test('a length of nothing or of more than the limit is refused at once', () => {
  for (const length of [0, maxPacketBytes + 4_096, 0xffff_ffff]) {
    const header = Buffer.alloc(4);
    header.writeUInt32BE(length);
    assert.throws(() => new PacketSplitter().push(header), BadPacket);
  }
});

test('garbage is decoded to a request or refused as a bad packet, never anything else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
      try {
        assert.ok(decodeRequest(Buffer.from(bytes)).type);
      } catch (error) {
        assert.ok(error instanceof BadPacket, String(error));
      }
    }),
    { numRuns: 2_000 },
  );
});

test('what a client writes is read back: paths, positions up to 2^53, data', () => {
  const position = fc.maxSafeNat();
  fc.assert(
    fc.property(
      id,
      path,
      path,
      position,
      fc.uint8Array({ maxLength: 300 }),
      (request, from, to, offset, data) => {
        const body = (writer: WireWriter) => writer.packet().subarray(4);
        assert.deepEqual(decodeRequest(body(new WireWriter(18).uint32(request).bytes(from).bytes(to))), {
          type: 'rename',
          id: request,
          path: from,
          target: to,
        });
        const write = new WireWriter(6).uint32(request).bytes('7').uint64(offset).bytes(Buffer.from(data));
        assert.deepEqual(decodeRequest(body(write)), {
          type: 'write',
          id: request,
          handle: '7',
          offset,
          data: Buffer.from(data),
        });
        const open = new WireWriter(3).uint32(request).bytes(from).uint32(0x1a).uint32(0x4).uint32(0o644);
        assert.deepEqual(decodeRequest(body(open)), {
          type: 'open',
          id: request,
          path: from,
          flags: 0x1a,
          attributes: { permissions: 0o644 },
        });
      },
    ),
  );
});

test('a name that is not UTF-8, or holds NUL, is none', () => {
  for (const name of [Buffer.from([0x61, 0xff]), Buffer.from('a\0b'), Buffer.alloc(5_000, 97)]) {
    const packet = new WireWriter(17).uint32(1).bytes(name).packet().subarray(4);
    assert.deepEqual(decodeRequest(packet), { type: 'stat', id: 1, path: null });
  }
});

test('a position beyond 2^53 is a bad packet that names its request', () => {
  const packet = new WireWriter(5)
    .uint32(9)
    .bytes('1')
    .uint32(0xffff_ffff)
    .uint32(0)
    .uint32(10)
    .packet()
    .subarray(4);
  assert.throws(
    () => decodeRequest(packet),
    (error: BadPacket) => error.id === 9,
  );
});

test('replies have the form of the draft', () => {
  const version = new WireReader(encodeVersion(), 5);
  assert.equal(version.uint32(), 3);
  const names: string[] = [];
  while (!version.done()) names.push(version.bytes().toString() + version.bytes().toString());
  assert.ok(names.includes('limits@openssh.com1') && names.includes('posix-rename@openssh.com1'));
  assert.equal(
    encodeStatus(5, 2, 'no').toString('hex'),
    '0000001565000000050000000200000002 6e6f 00000002 656e'.replaceAll(' ', ''),
  );
  assert.equal(encodeLimits(1).length, 4 + 1 + 4 + 32);
  const now = Temporal.Instant.from('2026-11-24T02:03:04Z');
  const entry = { name: 'ā.csv', isFolder: false, sizeBytes: 5_000_000_000, modifiedAt: now };
  assert.equal(longName(entry, now), '-rw-r--r--    1 fairlead fairlead   5000000000 Nov 24 02:03 ā.csv');
  const reader = new WireReader(encodeNames(3, [entry], now), 5);
  assert.deepEqual([reader.uint32(), reader.uint32(), reader.bytes().toString()], [3, 1, 'ā.csv']);
  reader.bytes();
  assert.deepEqual([reader.uint32(), reader.uint64()], [15, 5_000_000_000]);
});
