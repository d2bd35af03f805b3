import type { Readable } from 'node:stream';

/** What is known of bytes once they are durable. */
export interface StoredObject {
  key: string;
  /** SHA-256 of the whole, in hex. */
  sha256: string;
  sizeBytes: number;
}

/** What kind of bytes an object holds; how long it is kept follows from it. */
export const objectClasses = [
  'transfer',
  'answer',
  'extract',
  'audit-upload',
  'mail',
  'attachment',
  'pdf',
] as const;
export type ObjectClass = (typeof objectClasses)[number];

/** What an object is created as: its class, and whose it is as far as that is known. */
export interface ObjectOwner {
  class: ObjectClass;
  customerId?: string | undefined;
  environmentId?: string | undefined;
}

/** Bytes being written; nothing is visible under a key before finish has resolved. */
export interface ObjectWriter {
  /**
   * Writes at a position, or after what was written last; several writes may be under way at once, in any order. A fault
   * of the disk may come out at a later write, and comes out at the latest in sync or finish.
   */
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

/**
 * Where bytes are kept, encrypted under a key of their environment: in a folder, or in an S3-compatible store. What was
 * stored and is not there, or is not as it was stored, is an ObjectFault of the installation and says nothing about the
 * sender's bytes; what its class let go of is ObjectExpired.
 */
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

/**
 * Raised when the store does not give what it was given. Work that meets it is tried again, and whoever runs the
 * installation is told; nothing is concluded about the content.
 */
export class ObjectFault extends Error {
  /** `missing`: not there. `damaged`: not the stored bytes. `away`: the store does not answer. */
  readonly kind: 'missing' | 'damaged' | 'away';
  readonly code: string;
  constructor(kind: ObjectFault['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.code = `OBJECT_${kind.toUpperCase()}`;
  }
}

/** Raised for an object that was removed on purpose: its time was over, or the last row let go of it. */
export class ObjectExpired extends Error {
  readonly code = 'OBJECT_EXPIRED';
}

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
