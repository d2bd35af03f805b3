/** The key of an object; nothing else is read or removed. */
export const keyShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** One stored object as bytes, whatever is in them. */
export interface BlobReader {
  readonly sizeBytes: number;
  /** Exactly `length` bytes, or fewer at the end. */
  read(position: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** A place for encrypted bytes under keys: a folder or a bucket. Knows nothing of what they mean. */
export interface Blobs {
  /** Where it is, in words for whoever runs the installation. */
  readonly place: string;
  /** How many pages are best read at once. */
  readonly pagesAtOnce: number;
  /** Moves a finished local file under a key, in place of what is there; durable when it resolves. */
  publish(key: string, file: string): Promise<void>;
  /** Undefined when there is nothing under the key. */
  open(key: string): Promise<BlobReader | undefined>;
  /** Removing what is not there is well. */
  remove(key: string): Promise<void>;
  /** The text of the note by which a store is known again; undefined when it has none. */
  readIdentity(): Promise<string | undefined>;
  writeIdentity(text: string): Promise<void>;
  /** All keys, page by page, with when each was last written. */
  list(): AsyncIterable<{ key: string; modifiedMs: number }[]>;
  close(): void;
}
