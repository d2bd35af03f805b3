import { type Entry, encodeAttributes, longName } from './attributes.ts';
import { maxPacketBytes, WireWriter } from './wire.ts';

/** Status codes of SFTP version 3. */
export const status = {
  ok: 0,
  eof: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const;
export type Status = (typeof status)[keyof typeof status];

/** Most files and folders a client may have open at once. */
export const maxHandles = 100;
/** Most bytes in one read or write, as OpenSSH's own server has it. */
export const maxDataBytes = 261_120;
const extensions = ['posix-rename', 'statvfs', 'fstatvfs', 'fsync', 'limits'];

/** The answer to init: version 3 and the extensions there are. */
export function encodeVersion(): Buffer {
  const writer = new WireWriter(2).uint32(3);
  for (const name of extensions)
    writer.bytes(`${name}@openssh.com`).bytes(name.endsWith('statvfs') ? '2' : '1');
  return writer.packet();
}

export function encodeStatus(id: number, code: Status, message: string): Buffer {
  return new WireWriter(101).uint32(id).uint32(code).bytes(message).bytes('en').packet();
}

export function encodeOk(id: number): Buffer {
  return encodeStatus(id, status.ok, 'OK');
}

export function encodeHandle(id: number, handle: string): Buffer {
  return new WireWriter(102).uint32(id).bytes(Buffer.from(handle, 'latin1')).packet();
}

export function encodeData(id: number, data: Buffer): Buffer {
  return new WireWriter(103).uint32(id).bytes(data).packet();
}

/** One page of a folder. */
export function encodeNames(id: number, entries: Entry[], now: Temporal.Instant): Buffer {
  const writer = new WireWriter(104).uint32(id).uint32(entries.length);
  for (const entry of entries) encodeAttributes(writer.bytes(entry.name).bytes(longName(entry, now)), entry);
  return writer.packet();
}

/** The answer to realpath: the path itself, whether there is anything there or not. */
export function encodePath(id: number, path: string): Buffer {
  return new WireWriter(104).uint32(id).uint32(1).bytes(path).bytes(path).uint32(0).packet();
}

export function encodeEntry(id: number, entry: Omit<Entry, 'name'>): Buffer {
  return encodeAttributes(new WireWriter(105).uint32(id), entry).packet();
}

/** limits@openssh.com: longest packet, read and write, and how many handles. */
export function encodeLimits(id: number): Buffer {
  return new WireWriter(201)
    .uint32(id)
    .uint64(maxPacketBytes)
    .uint64(maxDataBytes)
    .uint64(maxDataBytes)
    .uint64(maxHandles)
    .packet();
}

/** statvfs: a home has no size of its own, so this says one large enough for any file. */
export function encodeFileSystem(id: number): Buffer {
  const writer = new WireWriter(201).uint32(id);
  const [blockBytes, blocks, inodes] = [4_096, 268_435_456, 1_000_000_000];
  const values = [blockBytes, blockBytes, blocks, blocks, blocks, inodes, inodes, inodes, 0, 2, 255];
  for (const value of values) writer.uint64(value);
  return writer.packet();
}
