import { type Home, type HomeEntry, HomeRefusal, resolvePath } from '#modules/file-exchange/index.ts';
import { type Extent, withExtent } from '#platform/objects/extents.ts';
import type { ObjectReader, Objects, ObjectWriter, StoredObject } from '#platform/objects.ts';

type HomeFile = NonNullable<HomeEntry['file']>;

const append = 0x4;
const create = 0x8;
const truncate = 0x10;
const exclusive = 0x20;

/** A file being written; nothing of it is seen by others before finish. One that grows too large is given up. */
export class UploadHandle {
  readonly path: string;
  readonly resolvedPath: string;
  readonly #writer: ObjectWriter;
  readonly #appends: boolean;
  readonly #maxBytes: number;
  #isTooLarge = false;

  constructor(path: string, writer: ObjectWriter, options: { appends: boolean; maxBytes: number }) {
    this.path = path;
    this.resolvedPath = resolvePath(path).path;
    this.#writer = writer;
    this.#appends = options.appends;
    this.#maxBytes = options.maxBytes;
  }

  async write(data: Buffer, offset: number): Promise<void> {
    const position = this.#appends ? this.#writer.sizeBytes : offset;
    if (position + data.length > this.#maxBytes && !this.#isTooLarge) {
      this.#isTooLarge = true;
      await this.abandon();
    }
    this.#refuseTooLarge();
    await this.#writer.write(data, position);
  }

  /** Makes durable what was written up to now. */
  async sync(): Promise<void> {
    this.#refuseTooLarge();
    await this.#writer.sync();
  }

  #refuseTooLarge(): void {
    if (this.#isTooLarge)
      throw new HomeRefusal(
        'failure',
        `A file has at most ${this.#maxBytes} bytes here; nothing of this one was kept`,
      );
  }

  async finish(): Promise<StoredObject> {
    this.#refuseTooLarge();
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
      sizeBytes: this.#writer.sizeBytes,
      modifiedAt: now,
    };
  }

  abandon(): Promise<void> {
    return this.#writer.abort();
  }
}

/** A file being read; it knows which of its bytes were. */
export class DownloadHandle {
  readonly file: HomeFile;
  readonly #reader: ObjectReader;
  #seen: Extent[] = [];

  constructor(file: HomeFile, reader: ObjectReader) {
    this.file = file;
    this.#reader = reader;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    if (offset >= this.#reader.sizeBytes || length === 0) return Buffer.alloc(0);
    const data = await this.#reader.read(offset, length);
    if (data.length > 0) this.#seen = withExtent(this.#seen, offset, offset + data.length);
    return data;
  }

  /** Whether every byte was read. */
  isWhole(): boolean {
    const [first] = this.#seen;
    if (this.#reader.sizeBytes === 0) return true;
    return this.#seen.length === 1 && first?.start === 0 && first.end === this.#reader.sizeBytes;
  }

  entry(): HomeEntry {
    const { name, sizeBytes, modifiedAt } = this.file;
    return { name, isFolder: false, sizeBytes, modifiedAt };
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

/** Opens a file for writing as the flags of open say; without truncation it begins with the bytes that are there. */
export async function openUpload(
  objects: Objects,
  home: Pick<Home, 'scope'>,
  path: string,
  flags: number,
  existing: HomeFile | undefined,
  maxBytes: number,
): Promise<UploadHandle> {
  if (existing === undefined && (flags & create) === 0)
    throw new HomeRefusal('no-such-file', `There is no ${resolvePath(path).path}`);
  if (existing !== undefined && (flags & exclusive) !== 0)
    throw new HomeRefusal('failure', 'It is there already');
  const writer = await objects.create({ class: 'transfer', ...home.scope });
  try {
    if (existing !== undefined && (flags & truncate) === 0)
      for await (const chunk of objects.read(existing.objectKey)) await writer.write(chunk as Buffer);
  } catch (error) {
    await writer.abort();
    throw error;
  }
  return new UploadHandle(path, writer, { appends: (flags & append) !== 0, maxBytes });
}
