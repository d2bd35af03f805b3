import { type HomeEntry, HomeRefusal, resolvePath } from '#modules/file-exchange/index.ts';
import { type Extent, withExtent } from '#platform/objects/extents.ts';
import type { ObjectOwner, ObjectReader, Objects, ObjectWriter, StoredObject } from '#platform/objects.ts';

type HomeFile = NonNullable<HomeEntry['file']>;

const append = 0x4;
const create = 0x8;
const truncate = 0x10;
const exclusive = 0x20;

/**
 * A file being written; nothing of it is seen by others before finish. Once a change to its bytes was refused it is not
 * what its client means it to be, so it is given up: every later request fails, and nothing of it is kept.
 */
export class UploadHandle {
  readonly path: string;
  readonly resolvedPath: string;
  /** Whether finish must not replace a file that came meanwhile. */
  readonly isExclusive: boolean;
  readonly #writer: ObjectWriter;
  readonly #appends: boolean;
  readonly #maxBytes: number;
  readonly #writing = new Set<{ start: number; end: number; done: Promise<void> }>();
  #sizeBytes: number;
  #refusal: HomeRefusal | undefined;
  #setModifiedAt: Temporal.Instant | undefined;

  constructor(
    path: string,
    writer: ObjectWriter,
    options: { appends: boolean; isExclusive: boolean; maxBytes: number },
  ) {
    this.path = path;
    this.resolvedPath = resolvePath(path).path;
    this.isExclusive = options.isExclusive;
    this.#writer = writer;
    this.#sizeBytes = writer.sizeBytes;
    this.#appends = options.appends;
    this.#maxBytes = options.maxBytes;
  }

  /** The time that the client gave the file after its last write. */
  get setModifiedAt(): Temporal.Instant | undefined {
    return this.#setModifiedAt;
  }

  set setModifiedAt(at: Temporal.Instant) {
    this.#setModifiedAt = at;
  }

  /** Writes at an offset, or at the end of a file opened to append; of writes that overlap, the later one counts. */
  write(data: Buffer, offset: number): Promise<void> {
    const start = this.#appends ? this.#sizeBytes : offset;
    const end = start + data.length;
    return this.#change(end, async () => {
      const before = [...this.#writing].filter((one) => one.start < end && start < one.end);
      const { promise: done, resolve } = Promise.withResolvers<void>();
      const own = { start, end, done };
      this.#writing.add(own);
      this.#sizeBytes = Math.max(this.#sizeBytes, data.length > 0 ? end : 0);
      try {
        if (before.length > 0) await Promise.all(before.map((one) => one.done));
        await this.#writer.write(data, start);
      } finally {
        this.#writing.delete(own);
        resolve();
      }
    });
  }

  /** Cuts the file to a size, or extends it to one with zeros; holes stay holes. No write may be under way. */
  resize(sizeBytes: number): Promise<void> {
    return this.#change(sizeBytes, async () => {
      if (sizeBytes === this.#sizeBytes) return;
      await this.#writer.truncate(sizeBytes);
      this.#sizeBytes = sizeBytes;
    });
  }

  /** Makes durable what was written up to now. */
  async sync(): Promise<void> {
    this.#refuseGivenUp();
    await this.#writer.sync();
  }

  async #change(end: number, change: () => Promise<void>): Promise<void> {
    this.#refuseGivenUp();
    try {
      if (end > this.#maxBytes)
        throw new HomeRefusal(
          'failure',
          `A file has at most ${this.#maxBytes} bytes here; nothing of this one was kept`,
        );
      this.#setModifiedAt = undefined;
      await change();
    } catch (error) {
      await this.giveUp(error);
      throw error;
    }
  }

  #refuseGivenUp(): void {
    if (this.#refusal !== undefined) throw this.#refusal;
  }

  async finish(): Promise<StoredObject> {
    this.#refuseGivenUp();
    try {
      return await this.#writer.finish();
    } catch (error) {
      await this.abandon();
      throw error;
    }
  }

  entry(now: Temporal.Instant): HomeEntry {
    return {
      name: resolvePath(this.path).name,
      isFolder: false,
      sizeBytes: this.#sizeBytes,
      modifiedAt: this.#setModifiedAt ?? now,
    };
  }

  /** Keeps nothing of the file and lets no request on it succeed any more; `cause` is told to each. */
  async giveUp(cause: unknown): Promise<void> {
    if (this.#refusal !== undefined) return;
    this.#refusal =
      cause instanceof HomeRefusal
        ? cause
        : new HomeRefusal(
            'failure',
            'An earlier change of this file failed; nothing was kept, send it again',
          );
    await this.abandon();
  }

  abandon(): Promise<void> {
    return this.#writer.abort();
  }
}

/** A file being read; it knows which of its bytes have left. */
export class DownloadHandle {
  readonly file: HomeFile;
  readonly #reader: ObjectReader;
  #sent: Extent[] = [];

  constructor(file: HomeFile, reader: ObjectReader) {
    this.file = file;
    this.#reader = reader;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    if (offset >= this.#reader.sizeBytes || length === 0) return Buffer.alloc(0);
    return this.#reader.read(offset, length);
  }

  /** Notes that an answer with these bytes has left. */
  sent(offset: number, length: number): void {
    if (length > 0) this.#sent = withExtent(this.#sent, offset, offset + length);
  }

  /** Whether every byte has left. */
  isSent(): boolean {
    const [first] = this.#sent;
    if (this.#reader.sizeBytes === 0) return true;
    return this.#sent.length === 1 && first?.start === 0 && first.end === this.#reader.sizeBytes;
  }

  entry(): HomeEntry {
    const { name, sizeBytes, modifiedAt, setModifiedAt } = this.file;
    return { name, isFolder: false, sizeBytes, modifiedAt: setModifiedAt ?? modifiedAt };
  }

  abandon(): Promise<void> {
    return this.#reader.close();
  }
}

/** A folder being listed, page by page. */
export class FolderHandle {
  readonly path: string;
  after = '';
  isDone = false;

  constructor(path: string) {
    this.path = path;
  }

  entry(now: Temporal.Instant): HomeEntry {
    return { name: resolvePath(this.path).name, isFolder: true, sizeBytes: 0, modifiedAt: now };
  }

  async abandon(): Promise<void> {}
}

export type Handle = UploadHandle | DownloadHandle | FolderHandle;

/**
 * Opens a file for writing as the flags of open say. An upload that was not renamed yet begins with the bytes that are
 * there unless it is truncated. A file that was received keeps its bytes: what is written makes a new one, from nothing,
 * and appending is refused, for the added bytes alone would become a file of their own.
 */
export async function openUpload(
  objects: Objects,
  at: { path: string; partial: HomeFile | undefined; isReceived: boolean; owner: ObjectOwner },
  options: { flags: number; maxBytes: number },
): Promise<UploadHandle> {
  const { partial, path, isReceived } = at;
  const has = (flag: number) => (options.flags & flag) !== 0;
  const isExclusive = has(create) && has(exclusive);
  if (partial === undefined && !isReceived && !has(create))
    throw new HomeRefusal('no-such-file', `There is no ${resolvePath(path).path}`);
  if ((partial !== undefined || isReceived) && isExclusive)
    throw new HomeRefusal('failure', 'It is there already');
  if (isReceived && has(append) && !has(truncate))
    throw new HomeRefusal(
      'permission-denied',
      'A file that was received is not appended to; send it whole, or under another name',
    );
  const writer = await objects.create(at.owner);
  try {
    if (partial !== undefined && !has(truncate))
      for await (const chunk of objects.read(partial.objectKey)) await writer.write(chunk as Buffer);
  } catch (error) {
    await writer.abort();
    throw error;
  }
  return new UploadHandle(path, writer, { appends: has(append), isExclusive, maxBytes: options.maxBytes });
}
