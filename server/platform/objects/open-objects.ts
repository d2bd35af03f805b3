import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { type Database, databaseRoles, openDatabase } from '../database.ts';
import type { Logger } from '../log.ts';
import { ObjectExpired, ObjectFault, type ObjectReader, type Objects } from '../objects.ts';
import { withinScope } from '../transact.ts';
import { type Blobs, keyShape } from './blobs.ts';
import { ClearReader } from './clear-reader.ts';
import { DataKeys } from './data-keys.ts';
import { openLocalBlobs } from './local-blobs.ts';
import {
  findObject,
  insertObject,
  markEncrypted,
  markRemoved,
  markUnreadable,
  type ObjectRecord,
  recordScope,
} from './object-record-store.ts';
import { openS3Blobs } from './s3-blobs.ts';
import { damaged, headerBytes, keyIdOf, ObjectCipher, sealedSize } from './sealed-format.ts';
import { SealedReader } from './sealed-reader.ts';
import { SealedWriter } from './sealed-writer.ts';
import { Spool } from './spool.ts';

/** What the store stands on; the sweep and the rotation work on it too. */
export interface ObjectStore {
  db: Database;
  clock: Clock;
  log: Logger;
  blobs: Blobs;
  keys: DataKeys;
  objects: Objects;
  /** The folder of objects that are being written; what lies there is encrypted. */
  unfinished: string;
  close(): Promise<void>;
}

const keptUnfinishedMs = 24 * 3_600_000;
const connections = 2;

/**
 * Opens the configured store of bytes on a migrated database. It has connections of its own: objects are also written
 * while a transaction holds one of the others.
 */
export async function openObjects(
  config: Config,
  options: { databaseUrl: string; clock: Clock; log: Logger },
): Promise<ObjectStore> {
  const folder = join(config.server.dataDir, 'objects');
  const unfinished = join(folder, 'unfinished');
  const blobs = config.objects.kind === 's3' ? await openS3Blobs(config) : await openLocalBlobs(folder);
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await sweepUnfinished(unfinished);
  const db = openDatabase(options.databaseUrl, {
    max: connections,
    role: databaseRoles.app,
    application: 'fairlead-objects',
    limits: config.database,
  });
  const keys = new DataKeys(db, config);
  const parts = { db, blobs, keys, unfinished, clock: options.clock, log: options.log };
  return {
    ...parts,
    objects: objectsOn(parts),
    close: async () => {
      blobs.close();
      await db.end({ timeout: 1 });
    },
  };
}

type Parts = Omit<ObjectStore, 'objects' | 'close'>;

function objectsOn(store: Parts): Objects {
  const openReader = (key: string) => openStored(store, checkedKey(key));
  return {
    create: async (owner) => {
      const key = randomUUID();
      const dataKey = await store.keys.current(owner, store.clock.now());
      const path = join(store.unfinished, key);
      const spool = await Spool.create(path, new ObjectCipher(dataKey, key));
      return new SealedWriter(spool, async (finished) => {
        const stored = { key, ...finished };
        await insertObject(store.db, owner, { ...stored, dataKeyId: dataKey.id, now: store.clock.now() });
        await store.blobs.publish(key, path);
        return stored;
      });
    },
    read: (key, range) => {
      checkedKey(key);
      return Readable.from(
        streamed(() => openReader(key), range),
        { objectMode: false },
      );
    },
    readBuffer: async (key, maxBytes) => {
      const reader = await openReader(key);
      try {
        if (reader.sizeBytes > maxBytes) throw new RangeError(`the object is larger than ${maxBytes} bytes`);
        return await reader.read(0, reader.sizeBytes);
      } finally {
        await reader.close();
      }
    },
    openReader,
    remove: (key) => removeObject(store, checkedKey(key)),
  };
}

async function* streamed(
  open: () => Promise<StreamingReader>,
  range: { start: number; end?: number } | undefined,
): AsyncGenerator<Buffer> {
  const reader = await open();
  try {
    const end = Math.min(reader.sizeBytes, (range?.end ?? Number.POSITIVE_INFINITY) + 1);
    yield* reader.stream(range?.start ?? 0, end);
  } finally {
    await reader.close();
  }
}

interface StreamingReader extends ObjectReader {
  stream(start: number, end: number): AsyncGenerator<Buffer>;
}

/** Opens an object; one that cannot be read is noted, and the log says so, unless it was let go of. */
async function openStored(store: Parts, key: string): Promise<StreamingReader> {
  const blob = await store.blobs.open(key);
  if (blob === undefined)
    throw await unreadable(store, key, new ObjectFault('missing', missingText(store, key)));
  try {
    const header = await blob.read(0, headerBytes);
    const cipher = await cipherOf(store, key, header);
    if (cipher === undefined) {
      const record = await findObject(store.db, key);
      // Only what an earlier version noted may be in clear: else whoever has the disk could exchange any object.
      if (record?.removedAt === null && record.dataKeyId === null) return new ClearReader(blob);
      throw damaged(key);
    }
    const { sizeBytes } = cipher.proveHeader(header);
    if (blob.sizeBytes !== sealedSize(sizeBytes)) throw damaged(key);
    return new SealedReader(blob, cipher, {
      sizeBytes,
      pagesAtOnce: store.blobs.pagesAtOnce,
      onDamage: (fault) => void unreadable(store, key, fault).catch(() => {}),
      reopen: () => reopenReplaced(store, key, cipher),
    });
  } catch (error) {
    await blob.close();
    throw error instanceof ObjectFault && error.kind === 'damaged'
      ? await unreadable(store, key, error)
      : error;
  }
}

/** The cipher that a header names; undefined when it is no header, or its data key is gone. */
async function cipherOf(store: Parts, key: string, header: Buffer): Promise<ObjectCipher | undefined> {
  const keyId = keyIdOf(header);
  const dataKey = keyId === undefined ? undefined : await store.keys.find(keyId);
  return dataKey && new ObjectCipher(dataKey, key);
}

/** Opens an object again that a rotation of keys has replaced since; undefined when none has. */
async function reopenReplaced(store: Parts, key: string, before: ObjectCipher) {
  const blob = await store.blobs.open(key);
  const header = await blob?.read(0, headerBytes);
  const cipher = header && (await cipherOf(store, key, header));
  if (blob === undefined || cipher === undefined || cipher.keyId === before.keyId) {
    await blob?.close();
    return undefined;
  }
  return { blob, cipher };
}

function missingText({ blobs }: Parts, key: string): string {
  return `the object ${key} is missing from ${blobs.place}`;
}

/** Notes a fault of an object, which is an alarm until it can be read again; gives what to throw. */
async function unreadable(store: Parts, key: string, fault: ObjectFault): Promise<Error> {
  const record = await findObject(store.db, key);
  if (record !== undefined && record.removedAt !== null)
    return new ObjectExpired(`the object ${key} was removed at ${record.removedAt}`);
  if (record !== undefined && (await markUnreadable(store.db, record, store.clock.now())))
    store.log.error({ err: fault, object: key, class: record.class }, 'an object cannot be read');
  return fault;
}

/**
 * Encrypts an object under the present key of its scope, in place of the same bytes under another one or in clear; readers
 * go on. Throws an ObjectFault, and changes nothing, when they are not the bytes that were stored.
 */
export async function encryptAnew(store: ObjectStore, record: ObjectRecord): Promise<void> {
  const { key } = record;
  const dataKey = await store.keys.current(recordScope(record), store.clock.now());
  const path = join(store.unfinished, randomUUID());
  const spool = await Spool.create(path, new ObjectCipher(dataKey, key));
  const writer = new SealedWriter(spool, async (finished) => {
    if (record.sha256 !== null && finished.sha256 !== record.sha256) throw damaged(key);
    await store.blobs.publish(key, path);
    if (!(await markEncrypted(store.db, record, { ...finished, dataKeyId: dataKey.id })))
      await store.blobs.remove(key);
    return { key, ...finished };
  });
  try {
    for await (const piece of store.objects.read(key)) await writer.write(piece as Buffer);
    await writer.finish();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** Removes an object that rows let go of; its record stays. */
async function removeObject(store: Parts, key: string): Promise<void> {
  const record = await findObject(store.db, key);
  if (record !== undefined)
    await withinScope(store.db, recordScope(record), (sql) =>
      markRemoved(sql, key, 'released', store.clock.now()),
    );
  await store.blobs.remove(key);
}

/** What a crash left unfinished more than a day ago. */
async function sweepUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > keptUnfinishedMs) await rm(file, { force: true });
  }
}

function checkedKey(key: string): string {
  if (!keyShape.test(key)) throw new TypeError('not the key of an object');
  return key;
}
