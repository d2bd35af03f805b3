import { createHash, type Hash } from 'node:crypto';
import { IncompleteObject, type ObjectWriter, type StoredObject } from '../objects.ts';
import { cutExtents, type Extent, withExtent } from './extents.ts';
import type { Spool } from './spool.ts';

/**
 * One object being written into a spool: hashed as it comes while writes are in order, by reading it again otherwise.
 * `publish` is given the finished spool's size and hash and makes it visible.
 */
export class SealedWriter implements ObjectWriter {
  readonly #spool: Spool;
  readonly #publish: (stored: Omit<StoredObject, 'key'>) => Promise<StoredObject>;
  #digest: Hash | undefined = createHash('sha256');
  #extents: Extent[] = [];
  #size = 0;
  #end = 0;
  #turn: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(spool: Spool, publish: (stored: Omit<StoredObject, 'key'>) => Promise<StoredObject>) {
    this.#spool = spool;
    this.#publish = publish;
  }

  get sizeBytes(): number {
    return this.#size;
  }

  /** Whether every byte up to the end was written. */
  get #isWhole(): boolean {
    const [first] = this.#extents;
    return this.#size === 0 || (this.#extents.length === 1 && first?.start === 0 && first.end === this.#size);
  }

  write(chunk: Buffer, position: number = this.#end): Promise<void> {
    if (position === this.#size && this.#isWhole) this.#digest?.update(chunk);
    else this.#digest = undefined;
    this.#end = position + chunk.length;
    if (chunk.length === 0) return this.#turn;
    this.#size = Math.max(this.#size, this.#end);
    this.#extents = withExtent(this.#extents, position, this.#end);
    return this.#next(() => this.#spool.write(chunk, position));
  }

  truncate(sizeBytes: number): Promise<void> {
    const before = this.#size;
    this.#size = sizeBytes;
    if (sizeBytes === before) return this.#turn;
    this.#digest = sizeBytes === 0 ? createHash('sha256') : undefined;
    this.#extents = cutExtents(this.#extents, sizeBytes);
    if (sizeBytes > before) this.#extents = withExtent(this.#extents, before, sizeBytes);
    this.#end = Math.min(this.#end, sizeBytes);
    return sizeBytes > before ? this.#turn : this.#next(() => this.#spool.cut(sizeBytes));
  }

  sync(): Promise<void> {
    return this.#next(() => this.#spool.sync());
  }

  /** A file that is left open ends the whole process once it is collected as garbage. */
  async finish(): Promise<StoredObject> {
    try {
      return await this.#finish();
    } catch (error) {
      await this.abort();
      throw error;
    }
  }

  async abort(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#turn.catch(() => {});
    await this.#spool.discard();
  }

  async #finish(): Promise<StoredObject> {
    const { sizeBytes } = this;
    if (!this.#isWhole) throw new IncompleteObject('a part in the middle was never written');
    await this.#turn;
    const sha256 = (this.#digest ?? (await this.#hashAgain(sizeBytes))).digest('hex');
    await this.#spool.seal(sizeBytes);
    const stored = await this.#publish({ sha256, sizeBytes });
    this.#isOver = true;
    return stored;
  }

  /** Runs work after all that was asked before; once something failed, all that follows fails too. */
  #next(work: () => Promise<void>): Promise<void> {
    if (this.#isOver) return Promise.reject(new Error('the object is finished or given up'));
    this.#turn = this.#turn.then(work);
    this.#turn.catch(() => {});
    return this.#turn;
  }

  async #hashAgain(sizeBytes: number): Promise<Hash> {
    const digest = createHash('sha256');
    for await (const clear of this.#spool.content(sizeBytes)) digest.update(clear);
    return digest;
  }
}
