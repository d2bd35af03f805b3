import { ObjectFault, type ObjectReader } from '../objects.ts';
import type { BlobReader } from './blobs.ts';
import { type ObjectCipher, pageBytes, pagePosition, pagesOf, sealedPageBytes } from './sealed-format.ts';

const keptWindows = 3;

/** Opens the object anew where its bytes may have been replaced by the same ones under another key. */
type Reopen = () => Promise<{ blob: BlobReader; cipher: ObjectCipher } | undefined>;

/**
 * Reads an encrypted object in windows of a few pages and keeps the last three of them in clear, so that small reads one
 * after the other fetch and decrypt each page once.
 */
export class SealedReader implements ObjectReader {
  readonly sizeBytes: number;
  #blob: BlobReader;
  #cipher: ObjectCipher;
  readonly #pagesAtOnce: number;
  readonly #onDamage: (fault: ObjectFault) => void;
  readonly #reopen: Reopen;
  /** Windows by number, each as its pages. */
  readonly #windows = new Map<number, Promise<Buffer[]>>();

  constructor(
    blob: BlobReader,
    cipher: ObjectCipher,
    options: {
      sizeBytes: number;
      pagesAtOnce: number;
      onDamage: (fault: ObjectFault) => void;
      reopen: Reopen;
    },
  ) {
    this.#blob = blob;
    this.#cipher = cipher;
    this.sizeBytes = options.sizeBytes;
    this.#pagesAtOnce = options.pagesAtOnce;
    this.#onDamage = options.onDamage;
    this.#reopen = options.reopen;
  }

  async read(position: number, length: number): Promise<Buffer> {
    const end = Math.min(position + length, this.sizeBytes);
    const pieces: Buffer[] = [];
    for (let at = position; at < end; ) {
      const number = Math.floor(at / pageBytes);
      const start = number * pageBytes;
      const page = await this.#page(number);
      pieces.push(page.subarray(at - start, end - start));
      at = start + pageBytes;
    }
    const [only] = pieces;
    return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
  }

  /** The object's pages from one position to another, the next window on its way while one is used. */
  async *stream(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; ) {
      const number = Math.floor(at / pageBytes);
      const next = number + this.#pagesAtOnce;
      if (number % this.#pagesAtOnce === 0 && next * pageBytes < end) {
        const current = this.#page(number);
        this.#window(next / this.#pagesAtOnce).catch(() => {});
        await current;
      }
      const page = await this.#page(number);
      yield page.subarray(at - number * pageBytes, end - number * pageBytes);
      at = (number + 1) * pageBytes;
    }
  }

  close(): Promise<void> {
    this.#windows.clear();
    return this.#blob.close();
  }

  async #page(number: number): Promise<Buffer> {
    const window = await this.#window(Math.floor(number / this.#pagesAtOnce));
    const page = window[number % this.#pagesAtOnce];
    if (page === undefined) throw new ObjectFault('damaged', 'an object lacks a part');
    return page;
  }

  #window(index: number): Promise<Buffer[]> {
    const known = this.#windows.get(index);
    if (known !== undefined) return known;
    const loading = this.#loadAnyhow(index);
    this.#windows.set(index, loading);
    loading.catch((error: unknown) => {
      this.#windows.delete(index);
      if (error instanceof ObjectFault && error.kind === 'damaged') this.#onDamage(error);
    });
    for (const oldest of this.#windows.keys()) {
      if (this.#windows.size <= keptWindows) break;
      this.#windows.delete(oldest);
    }
    return loading;
  }

  /** A rotation of keys may have replaced the object since it was opened: then it is read once more. */
  async #loadAnyhow(index: number): Promise<Buffer[]> {
    try {
      return await this.#load(index);
    } catch (error) {
      const again =
        error instanceof ObjectFault && error.kind === 'damaged' ? await this.#reopen() : undefined;
      if (again === undefined) throw error;
      await this.#blob.close();
      this.#blob = again.blob;
      this.#cipher = again.cipher;
      return this.#load(index);
    }
  }

  async #load(index: number): Promise<Buffer[]> {
    const first = index * this.#pagesAtOnce;
    const count = Math.min(this.#pagesAtOnce, pagesOf(this.sizeBytes) - first);
    const sealed = await this.#blob.read(pagePosition(first), count * sealedPageBytes);
    return Array.from({ length: count }, (_, i) =>
      this.#cipher.openPage(first + i, sealed.subarray(i * sealedPageBytes, (i + 1) * sealedPageBytes)),
    );
  }
}
