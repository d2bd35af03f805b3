import { type FileHandle, open, rm } from 'node:fs/promises';
import { type ObjectCipher, pageBytes, pagePosition, sealedPageBytes } from './sealed-format.ts';
import { writeParts } from './write-parts.ts';

/** Pages that wait in memory for the rest of their bytes, for each object being written. */
const keptPages = 16;
const writesAtOnce = 16;

interface Page {
  clear: Buffer;
  isChanged: boolean;
}

/**
 * A local file that holds an unfinished object page by page, encrypted already: pages are written in any order, changed and
 * cut off. Calls go one after the other; the file has the object's final form once `seal` has resolved.
 */
export class Spool {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #cipher: ObjectCipher;
  readonly #pages = new Map<number, Page>();
  /** Which pages are in the file, a byte each. */
  #written = new Uint8Array(64);
  #underWay = new Map<number, Promise<void>>();
  #fault: unknown;
  /** Memory of pages that are in the file, for the next ones: a fresh one for each would keep the collector busy. */
  readonly #spare: Buffer[] = [];

  constructor(file: FileHandle, path: string, cipher: ObjectCipher) {
    this.#file = file;
    this.#path = path;
    this.#cipher = cipher;
  }

  static async create(path: string, cipher: ObjectCipher): Promise<Spool> {
    return new Spool(await open(path, 'wx+', 0o600), path, cipher);
  }

  async write(chunk: Buffer, position: number): Promise<void> {
    for (let done = 0; done < chunk.length; ) {
      const number = Math.floor((position + done) / pageBytes);
      const within = position + done - number * pageBytes;
      const piece = chunk.subarray(done, done + pageBytes - within);
      done += piece.length;
      if (piece.length === pageBytes) {
        this.#pages.delete(number);
        await this.#put(number, piece);
        continue;
      }
      const page = await this.#page(number);
      piece.copy(page.clear, within);
      page.isChanged = true;
      // In order, a page is whole when its end was written.
      if (within + piece.length === pageBytes) await this.#evict(number, page);
    }
    for (const [number, page] of this.#pages) {
      if (this.#pages.size <= keptPages) break;
      await this.#evict(number, page);
    }
  }

  /** Forgets what is beyond a size; what is written there later begins with zeros. */
  async cut(sizeBytes: number): Promise<void> {
    const kept = Math.ceil(sizeBytes / pageBytes);
    await this.#landed();
    for (const number of this.#pages.keys()) if (number >= kept) this.#pages.delete(number);
    this.#written.fill(0, kept);
    const within = sizeBytes % pageBytes;
    if (within === 0 || (!this.#pages.has(kept - 1) && this.#written[kept - 1] !== 1)) return;
    const page = await this.#page(kept - 1);
    page.clear.fill(0, within);
    page.isChanged = true;
  }

  async sync(): Promise<void> {
    for (const [number, page] of this.#pages) if (page.isChanged) await this.#put(number, page.clear);
    for (const page of this.#pages.values()) page.isChanged = false;
    await this.#landed();
    await this.#file.datasync();
  }

  /** Gives the file the final form of an object of a size, durably, and closes it. */
  async seal(sizeBytes: number): Promise<void> {
    const count = Math.ceil(sizeBytes / pageBytes);
    for (let number = 0; number < count; number++) {
      const length = Math.min(pageBytes, sizeBytes - number * pageBytes);
      const isInFile = this.#written[number] === 1 && this.#pages.get(number)?.isChanged !== true;
      if (isInFile && length === pageBytes) continue;
      const { clear } = await this.#page(number);
      await this.#put(number, clear.subarray(0, length));
      this.#pages.delete(number);
    }
    await this.#landed();
    await this.#file.truncate(pagePosition(count) - (count * pageBytes - sizeBytes));
    await writeParts(this.#file, [this.#cipher.sealHeader(sizeBytes)], 0);
    await this.#file.datasync();
    await this.#file.close();
  }

  /** The clear content in order; only between writes. */
  async *content(sizeBytes: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < sizeBytes; at += pageBytes) {
      const number = at / pageBytes;
      const page = this.#pages.get(number) ?? (await this.#load(number));
      yield page.clear.subarray(0, sizeBytes - at);
    }
  }

  async discard(): Promise<void> {
    await Promise.allSettled(this.#underWay.values());
    await this.#file.close().catch(() => {});
    await rm(this.#path, { force: true });
  }

  async #page(number: number): Promise<Page> {
    const page = this.#pages.get(number) ?? (await this.#load(number));
    // Taken out and put in again, so that the one used longest ago is the first.
    this.#pages.delete(number);
    this.#pages.set(number, page);
    return page;
  }

  async #load(number: number): Promise<Page> {
    if (this.#written[number] !== 1)
      return { clear: this.#spare.pop()?.fill(0) ?? Buffer.alloc(pageBytes), isChanged: true };
    await this.#underWay.get(number);
    this.#throwFault();
    const sealed = Buffer.allocUnsafe(sealedPageBytes);
    const { bytesRead } = await this.#file.read(sealed, 0, sealedPageBytes, pagePosition(number));
    return { clear: this.#cipher.openPage(number, sealed.subarray(0, bytesRead)), isChanged: false };
  }

  async #evict(number: number, page: Page): Promise<void> {
    this.#pages.delete(number);
    if (!page.isChanged) return;
    await this.#put(number, page.clear);
    this.#spare.push(page.clear);
  }

  /** Begins to write a page; waits while many others are under way. A fault is kept and thrown from then on. */
  async #put(number: number, clear: Buffer): Promise<void> {
    this.#throwFault();
    await this.#underWay.get(number);
    if (number >= this.#written.length) {
      const grown = new Uint8Array(Math.max(number + 1, this.#written.length * 2));
      grown.set(this.#written);
      this.#written = grown;
    }
    this.#written[number] = 1;
    const landed = writeParts(this.#file, this.#cipher.sealPage(number, clear), pagePosition(number)).then(
      () => void this.#underWay.delete(number),
      (error: unknown) => {
        this.#fault ??= error;
        this.#underWay.delete(number);
      },
    );
    this.#underWay.set(number, landed);
    if (this.#underWay.size >= writesAtOnce) await Promise.race(this.#underWay.values());
    this.#throwFault();
  }

  async #landed(): Promise<void> {
    await Promise.all(this.#underWay.values());
    this.#throwFault();
  }

  #throwFault(): void {
    if (this.#fault !== undefined) throw this.#fault;
  }
}
