import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { ObjectFault } from '../objects.ts';

/** Bytes of clear content that are encrypted as one, so that any part of an object can be read and is authenticated. */
export const pageBytes = 65_536;
const nonceBytes = 12;
const tagBytes = 16;
const overhead = nonceBytes + tagBytes;
/** Bytes that a whole page takes in the store. */
export const sealedPageBytes = pageBytes + overhead;

const magic = Buffer.from('FLOBJECT');
const version = 1;
/** Magic, version with reserved bytes, id of the data key, key of the object. */
const boundBytes = 48;
/** Then the size of the clear content, and a nonce and a tag over all of that. */
const signedBytes = boundBytes + 8;
export const headerBytes = signedBytes + overhead;

/** A key under which objects are encrypted. */
export interface DataKey {
  id: string;
  bytes: Buffer;
}

/** How many pages an object of a size has. */
export function pagesOf(sizeBytes: number): number {
  return Math.ceil(sizeBytes / pageBytes);
}

/** Where a page begins in the store. */
export function pagePosition(page: number): number {
  return headerBytes + page * sealedPageBytes;
}

/** How many bytes an object of a size takes in the store. */
export function sealedSize(sizeBytes: number): number {
  return headerBytes + sizeBytes + pagesOf(sizeBytes) * overhead;
}

/** The data key that a header names; undefined when these bytes are no header. Nothing of it is proved yet. */
export function keyIdOf(header: Buffer): string | undefined {
  if (header.length < headerBytes || !header.subarray(0, magic.length).equals(magic)) return undefined;
  return header[magic.length] === version ? asUuid(header.subarray(16, 32)) : undefined;
}

/**
 * Encrypts and decrypts one object with AES-256-GCM under a key of its own (HKDF-SHA-256 of the data key and the object's
 * key). Each page is bound to its number, the object and the data key; the header binds the size, so that an object that
 * was changed, cut off or exchanged for another one is noticed as damaged.
 */
export class ObjectCipher {
  readonly #key: Buffer;
  /** What each page is bound to; its number stands in the last eight bytes. */
  readonly #bound = Buffer.alloc(boundBytes + 8);
  readonly #objectKey: string;
  readonly keyId: string;

  constructor(dataKey: DataKey, objectKey: string) {
    this.#objectKey = objectKey;
    this.keyId = dataKey.id;
    magic.copy(this.#bound);
    this.#bound[magic.length] = version;
    fromUuid(dataKey.id).copy(this.#bound, 16);
    fromUuid(objectKey).copy(this.#bound, 32);
    this.#key = Buffer.from(hkdfSync('sha256', dataKey.bytes, fromUuid(objectKey), 'fairlead object', 32));
  }

  /** The parts of a page as they follow each other in the store; `clear` may be used for something else afterwards. */
  sealPage(page: number, clear: Buffer): Buffer[] {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    cipher.setAAD(this.#boundTo(page));
    const body = cipher.update(clear);
    cipher.final();
    return [nonce, body, cipher.getAuthTag()];
  }

  openPage(page: number, sealed: Buffer): Buffer {
    if (sealed.length <= overhead) throw damaged(this.#objectKey);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, nonceBytes));
    decipher.setAAD(this.#boundTo(page));
    decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
    const clear = decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes));
    try {
      decipher.final();
    } catch {
      throw damaged(this.#objectKey);
    }
    return clear;
  }

  sealHeader(sizeBytes: number): Buffer {
    const signed = Buffer.alloc(signedBytes);
    this.#bound.copy(signed, 0, 0, boundBytes);
    signed.writeBigUInt64BE(BigInt(sizeBytes), boundBytes);
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    cipher.setAAD(signed);
    cipher.final();
    return Buffer.concat([signed, nonce, cipher.getAuthTag()]);
  }

  /** What a header says; throws when it is not the one that was written for this object. */
  proveHeader(header: Buffer): { sizeBytes: number } {
    if (!header.subarray(0, boundBytes).equals(this.#bound.subarray(0, boundBytes)))
      throw damaged(this.#objectKey);
    const nonce = header.subarray(signedBytes, signedBytes + nonceBytes);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce);
    decipher.setAAD(header.subarray(0, signedBytes));
    decipher.setAuthTag(header.subarray(signedBytes + nonceBytes, headerBytes));
    try {
      decipher.final();
    } catch {
      throw damaged(this.#objectKey);
    }
    return { sizeBytes: Number(header.readBigUInt64BE(boundBytes)) };
  }

  #boundTo(page: number): Buffer {
    this.#bound.writeBigUInt64BE(BigInt(page), boundBytes);
    return this.#bound;
  }
}

/** The fault of an object that was changed, cut off or exchanged. */
export function damaged(key: string): ObjectFault {
  return new ObjectFault('damaged', `the object ${key} is not as it was stored`);
}

function fromUuid(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function asUuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
