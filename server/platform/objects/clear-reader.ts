import type { ObjectReader } from '../objects.ts';
import type { BlobReader } from './blobs.ts';

const windowBytes = 256 * 1024;

/** Reads an object that an earlier version kept in clear; rotating the keys encrypts it. */
export class ClearReader implements ObjectReader {
  readonly #blob: BlobReader;

  constructor(blob: BlobReader) {
    this.#blob = blob;
  }

  get sizeBytes(): number {
    return this.#blob.sizeBytes;
  }

  async read(position: number, length: number): Promise<Buffer> {
    const end = Math.min(position + length, this.sizeBytes);
    return end <= position ? Buffer.alloc(0) : this.#blob.read(position, end - position);
  }

  async *stream(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; at += windowBytes)
      yield await this.read(at, Math.min(windowBytes, end - at));
  }

  close(): Promise<void> {
    return this.#blob.close();
  }
}
