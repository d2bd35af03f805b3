import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** What is known of bytes once they are durable. */
export interface StoredObject {
  key: string;
  /** SHA-256 of the whole, in hex. */
  sha256: string;
  sizeBytes: number;
}

/** What kind of bytes an object holds; how long it is kept follows from it. */
export type ObjectClass = 'transfer' | 'answer' | 'extract' | 'audit-upload' | 'mail' | 'attachment' | 'pdf';

/** What an object is created as: its class, and whose it is as far as that is known. */
export interface ObjectOwner {
  class: ObjectClass;
  customerId?: string | undefined;
  environmentId?: string | undefined;
}

/** Bytes being written; nothing is visible under a key before finish has resolved. */
export interface ObjectWriter {
  /** Writes at a position, or after what was written last; several writes may be under way at once, in any order. */
  write(chunk: Buffer, position?: number): Promise<void>;
  /** Cuts off what is beyond a size, or fills up to it with zeros; in the order of the calls with writes. */
  truncate(sizeBytes: number): Promise<void>;
  /** How far the furthest write reached. */
  readonly sizeBytes: number;
  /** Makes durable what was written up to now; the object is no more visible than before. */
  sync(): Promise<void>;
  /**
   * Makes the bytes durable and names them; throws IncompleteObject when a stretch was never written. When it throws,
   * nothing of them is kept.
   */
  finish(): Promise<StoredObject>;
  abort(): Promise<void>;
}

/** Reads parts of one object at any position, until closed. */
export interface ObjectReader {
  readonly sizeBytes: number;
  /** At most `length` bytes; empty at or after the end. */
  read(position: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Where bytes are kept: by default a folder, or an S3-compatible store. */
export interface Objects {
  create(owner: ObjectOwner): Promise<ObjectWriter>;
  /** The object, or the bytes from `start` to `end` inclusive. */
  read(key: string, range?: { start: number; end?: number }): Readable;
  /** The whole object in memory; throws a RangeError when it is larger than `maxBytes`. */
  readBuffer(key: string, maxBytes: number): Promise<Buffer>;
  openReader(key: string): Promise<ObjectReader>;
  remove(key: string): Promise<void>;
}

/** Raised when an object is finished that has a hole. */
export class IncompleteObject extends Error {}

const keptUnfinishedMs = 24 * 3_600_000;

/** Keeps bytes that are in memory; when it throws, nothing of them is kept. */
export async function storeBytes(objects: Objects, owner: ObjectOwner, bytes: Buffer): Promise<StoredObject> {
  const writer = await objects.create(owner);
  try {
    await writer.write(bytes);
    return await writer.finish();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** The object store in a local folder; what a crash left unfinished there more than a day ago is removed. */
export async function openLocalObjects(folder: string): Promise<Objects> {
  const unfinished = join(folder, 'unfinished');
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await sweep(unfinished);
  const fileOf = (key: string) => join(folder, checkedKey(key));
  return {
    create: async () => {
      const key = randomUUID();
      return new LocalWriter(await open(join(unfinished, key), 'wx+', 0o600), key, folder, unfinished);
    },
    read: (key, range) => createReadStream(fileOf(key), { highWaterMark: 64 * 1024, ...range }),
    readBuffer: async (key, maxBytes) => {
      const file = await open(fileOf(key), 'r');
      try {
        const { size } = await file.stat();
        if (size > maxBytes) throw new RangeError(`the object is larger than ${maxBytes} bytes`);
        return await file.readFile();
      } finally {
        await file.close();
      }
    },
    openReader: async (key) => {
      const file = await open(fileOf(key), 'r');
      const { size } = await file.stat().catch(async (error: unknown) => {
        await file.close();
        throw error;
      });
      return {
        sizeBytes: size,
        read: async (position, length) => {
          const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
          return buffer.subarray(0, bytesRead);
        },
        close: () => file.close(),
      };
    },
    remove: (key) => rm(fileOf(key), { force: true }),
  };
}

/** One file being written: hashed as it comes while writes are in order, by reading it again otherwise. */
class LocalWriter implements ObjectWriter {
  readonly #file: FileHandle;
  readonly #key: string;
  readonly #folder: string;
  readonly #unfinished: string;
  #digest: Hash | undefined = createHash('sha256');
  /** The stretches written so far, apart and in order. */
  #extents: { start: number; end: number }[] = [];
  #pending = new Set<Promise<unknown>>();
  #end = 0;

  constructor(file: FileHandle, key: string, folder: string, unfinished: string) {
    this.#file = file;
    this.#key = key;
    this.#folder = folder;
    this.#unfinished = unfinished;
  }

  get sizeBytes(): number {
    return this.#extents.at(-1)?.end ?? 0;
  }

  write(chunk: Buffer, position: number = this.#end): Promise<void> {
    if (position === this.#end && this.#extents.length <= 1 && position === this.sizeBytes)
      this.#digest?.update(chunk);
    else this.#digest = undefined;
    this.#end = position + chunk.length;
    if (chunk.length > 0) this.#extents = withExtent(this.#extents, position, position + chunk.length);
    const written = writeWhole(this.#file, chunk, position);
    this.#pending.add(written);
    written.then(
      () => this.#pending.delete(written),
      () => {},
    );
    return written;
  }

  async truncate(sizeBytes: number): Promise<void> {
    await Promise.all(this.#pending);
    const grown = sizeBytes > this.sizeBytes ? [{ start: this.sizeBytes, end: sizeBytes }] : [];
    this.#extents = this.#extents
      .filter(({ start }) => start < sizeBytes)
      .map(({ start, end }) => ({ start, end: Math.min(end, sizeBytes) }));
    for (const { start, end } of grown) this.#extents = withExtent(this.#extents, start, end);
    this.#end = Math.min(this.#end, sizeBytes);
    this.#digest = undefined;
    await this.#file.truncate(sizeBytes);
  }

  async sync(): Promise<void> {
    await Promise.all(this.#pending);
    await this.#file.datasync();
  }

  /** A file that is left open ends the whole process once it is collected as garbage. */
  async finish(): Promise<StoredObject> {
    try {
      return await this.#publish();
    } catch (error) {
      await this.abort();
      throw error;
    }
  }

  async #publish(): Promise<StoredObject> {
    const { sizeBytes } = this;
    await Promise.all(this.#pending);
    if (this.#extents.length > 1 || (this.#extents[0]?.start ?? 0) > 0)
      throw new IncompleteObject('a part in the middle was never written');
    await this.#file.datasync();
    const sha256 = (this.#digest ?? (await this.#hashAgain())).digest('hex');
    await this.#file.close();
    await rename(join(this.#unfinished, this.#key), join(this.#folder, this.#key));
    await syncFolder(this.#folder);
    return { key: this.#key, sha256, sizeBytes };
  }

  async abort(): Promise<void> {
    await Promise.allSettled(this.#pending);
    await this.#file.close().catch(() => {});
    await rm(join(this.#unfinished, this.#key), { force: true });
  }

  async #hashAgain(): Promise<Hash> {
    const digest = createHash('sha256');
    for await (const chunk of this.#file.createReadStream({
      start: 0,
      autoClose: false,
      highWaterMark: 256 * 1024,
    }))
      digest.update(chunk as Buffer);
    return digest;
  }
}

/** Adds a stretch to a list of stretches that are apart and in order, joining what touches. */
export function withExtent(extents: { start: number; end: number }[], start: number, end: number) {
  const last = extents.at(-1);
  if (last === undefined || start > last.end) return [...extents, { start, end }];
  if (extents.length === 1 && start === last.end) {
    last.end = end;
    return extents;
  }
  const apart = extents.filter((one) => one.end < start || one.start > end);
  const touching = extents.filter((one) => one.end >= start && one.start <= end);
  apart.push({
    start: Math.min(start, ...touching.map((one) => one.start)),
    end: Math.max(end, ...touching.map((one) => one.end)),
  });
  return apart.sort((a, b) => a.start - b.start);
}

async function writeWhole(file: FileHandle, chunk: Buffer, position: number): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done, position + done);
    done += bytesWritten;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function sweep(unfinished: string): Promise<void> {
  for (const name of await readdir(unfinished)) {
    const file = join(unfinished, name);
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > keptUnfinishedMs) await rm(file, { force: true });
  }
}

function checkedKey(key: string): string {
  if (!/^[0-9a-f-]{36}$/.test(key)) throw new TypeError('not the key of an object');
  return key;
}
