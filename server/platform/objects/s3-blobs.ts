import { type FileHandle, open, rm } from 'node:fs/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Config } from '../config.ts';
import { ObjectFault } from '../objects.ts';
import { type BlobReader, type Blobs, keyShape } from './blobs.ts';

type Sdk = typeof import('@aws-sdk/client-s3');

const identityName = 'store-identity';
const partBytes = 8 * 1024 * 1024;
/** S3 takes at most 10,000 parts of an object. */
const mostParts = 9_000;
/** Parts on their way at once, over all uploads of this process: they are what it holds in memory. */
const partsAtOnce = 4;
/** Fetched as an object is opened: most objects are whole in it. */
const firstBytes = 128 * 1024;
const connectMs = 5_000;

/** Objects in a bucket of an S3-compatible store. Its software is loaded only when it is configured. */
export async function openS3Blobs(config: Config): Promise<Blobs> {
  const sdk = await import('@aws-sdk/client-s3');
  const settings = config.objects;
  const client = new sdk.S3Client({
    region: settings.region,
    ...(settings.endpoint === '' ? {} : { endpoint: settings.endpoint }),
    ...(settings.accessKey.reveal() === ''
      ? {}
      : {
          credentials: {
            accessKeyId: settings.accessKey.reveal(),
            secretAccessKey: settings.secretKey.reveal(),
          },
        }),
    forcePathStyle: settings.forcePathStyle,
    maxAttempts: settings.attempts,
    requestChecksumCalculation: settings.checksums === 'sha256' ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED',
    // What is read is authenticated by its encryption, of any part.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: connectMs,
      requestTimeout: settings.requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  });
  return new S3Blobs(sdk, client, config);
}

class S3Blobs implements Blobs {
  readonly place: string;
  readonly pagesAtOnce = 16;
  readonly #sdk: Sdk;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #checksum: { ChecksumAlgorithm?: 'SHA256' };
  readonly #parts = new Turns(partsAtOnce);

  constructor(sdk: Sdk, client: S3Client, { objects }: Config) {
    this.#sdk = sdk;
    this.#client = client;
    this.#bucket = objects.bucket;
    this.#prefix = objects.prefix;
    this.#checksum = objects.checksums === 'sha256' ? { ChecksumAlgorithm: 'SHA256' } : {};
    const at = objects.endpoint === '' ? '' : ` at ${objects.endpoint}`;
    this.place = `the bucket ${objects.bucket}${at}${objects.prefix && `, under ${objects.prefix}`}`;
  }

  async publish(key: string, path: string): Promise<void> {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size <= partBytes)
        await this.#parts.take(async () => this.#put(this.#prefix + key, await readPart(file, 0, size)));
      else await this.#putInParts(this.#prefix + key, file, size);
    } catch (error) {
      throw this.#faultOf(error);
    } finally {
      await file.close();
    }
    await rm(path, { force: true });
  }

  async open(key: string): Promise<BlobReader | undefined> {
    const first = await this.#get(key, 0, firstBytes);
    if (first === undefined) return undefined;
    const { bytes, sizeBytes, tag } = first;
    return {
      sizeBytes,
      read: async (position, length) => {
        const end = Math.min(position + length, sizeBytes);
        if (end <= position) return Buffer.alloc(0);
        if (end <= bytes.length) return bytes.subarray(position, end);
        const part = await this.#get(key, position, end - position, tag);
        if (part === undefined)
          throw new ObjectFault('missing', `the object ${key} was removed while it was read`);
        return part.bytes;
      },
      close: async () => {},
    };
  }

  async remove(key: string): Promise<void> {
    await this.#asked(
      this.#client.send(new this.#sdk.DeleteObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key })),
    );
  }

  async readIdentity(): Promise<string | undefined> {
    return (await this.#get(identityName, 0, 1_000))?.bytes.toString('utf8');
  }

  async writeIdentity(text: string): Promise<void> {
    await this.#asked(this.#put(this.#prefix + identityName, Buffer.from(text)));
  }

  async *list(): AsyncGenerator<{ key: string; modifiedMs: number }[]> {
    let next: string | undefined;
    do {
      const page = await this.#asked(
        this.#client.send(
          new this.#sdk.ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: this.#prefix,
            ContinuationToken: next,
          }),
        ),
      );
      next = page.NextContinuationToken;
      yield (page.Contents ?? [])
        .map((one) => ({
          key: (one.Key ?? '').slice(this.#prefix.length),
          modifiedMs: one.LastModified?.getTime() ?? Date.now(),
        }))
        .filter(({ key }) => keyShape.test(key));
    } while (next !== undefined);
  }

  close(): void {
    this.#client.destroy();
  }

  async #put(name: string, body: Buffer): Promise<void> {
    await this.#client.send(
      new this.#sdk.PutObjectCommand({ Bucket: this.#bucket, Key: name, Body: body, ...this.#checksum }),
    );
  }

  /** Parts are read as they go, so that a large object takes no more memory than a few of them. */
  async #putInParts(name: string, file: FileHandle, size: number): Promise<void> {
    const at = { Bucket: this.#bucket, Key: name };
    const { UploadId } = await this.#client.send(
      new this.#sdk.CreateMultipartUploadCommand({ ...at, ...this.#checksum }),
    );
    const each = Math.max(partBytes, Math.ceil(size / mostParts));
    const upload = async (index: number) => {
      const body = await readPart(file, index * each, Math.min(each, size - index * each));
      const sent = await this.#client.send(
        new this.#sdk.UploadPartCommand({
          ...at,
          UploadId,
          PartNumber: index + 1,
          Body: body,
          ...this.#checksum,
        }),
      );
      return { PartNumber: index + 1, ETag: sent.ETag, ChecksumSHA256: sent.ChecksumSHA256 };
    };
    const parts = Array.from({ length: Math.ceil(size / each) }, (_, index) =>
      this.#parts.take(() => upload(index)),
    );
    try {
      const Parts = await Promise.all(parts);
      await this.#client.send(
        new this.#sdk.CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }),
      );
    } catch (error) {
      await Promise.allSettled(parts);
      await this.#client.send(new this.#sdk.AbortMultipartUploadCommand({ ...at, UploadId })).catch(() => {});
      throw error;
    }
  }

  async #get(
    key: string,
    position: number,
    length: number,
    /** What the object must still be. */
    tag?: string,
  ): Promise<{ bytes: Buffer; sizeBytes: number; tag?: string | undefined } | undefined> {
    try {
      const got = await this.#client.send(
        new this.#sdk.GetObjectCommand({
          Bucket: this.#bucket,
          Key: this.#prefix + key,
          Range: `bytes=${position}-${position + length - 1}`,
          IfMatch: tag,
        }),
      );
      const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
      const total = /\/(\d+)$/.exec(got.ContentRange ?? '')?.[1];
      return { bytes, sizeBytes: total === undefined ? bytes.length : Number(total), tag: got.ETag };
    } catch (error) {
      const { name } = error as Error;
      if (name === 'NoSuchKey' || name === 'NotFound') return undefined;
      if (name === 'PreconditionFailed')
        throw new ObjectFault('damaged', `the object ${key} was replaced while it was read`);
      // A store has no part of what is empty.
      if (name === 'InvalidRange' && position === 0) return { bytes: Buffer.alloc(0), sizeBytes: 0 };
      throw this.#faultOf(error);
    }
  }

  #asked<T>(answer: Promise<T>): Promise<T> {
    return answer.catch((error: unknown) => {
      throw this.#faultOf(error);
    });
  }

  /** A fault of our own disk stays what it is; the store's own words hold no content, but a key of ours at most. */
  #faultOf(error: unknown): unknown {
    if (error instanceof ObjectFault || (error as NodeJS.ErrnoException).syscall === 'read') return error;
    const { name, message } = error as Error;
    return new ObjectFault('away', `${this.place} does not do what it is asked to: ${name}, ${message}`, {
      cause: error,
    });
  }
}

/** Lets so many pieces of work run at once, the others in the order they came. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

async function readPart(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const part = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(part, done, length - done, position + done);
    if (bytesRead === 0) throw new Error('a finished object became shorter');
    done += bytesRead;
  }
  return part;
}
