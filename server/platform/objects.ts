import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** Bytes being written; nothing is visible under a key before finish has resolved. */
export interface ObjectWriter {
  /** Writes at a position, or after what was written last. */
  write(chunk: Buffer, position?: number): Promise<void>;
  /** Makes the bytes durable and names them. */
  finish(): Promise<{ key: string; sha256: string; sizeBytes: number }>;
  abort(): Promise<void>;
}

/** Where bytes are kept: by default a folder, or an S3-compatible store. */
export interface Objects {
  create(): Promise<ObjectWriter>;
  read(key: string, range?: { start: number; end?: number }): Readable;
  readBuffer(key: string, maxBytes: number): Promise<Buffer>;
  remove(key: string): Promise<void>;
}

/** The object store in a local folder. */
export async function openLocalObjects(folder: string): Promise<Objects> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fileOf = (key: string) => join(folder, key);
  return {
    create: async () => {
      const key = randomUUID();
      const file: FileHandle = await open(fileOf(key), 'wx+', 0o600);
      let size = 0;
      return {
        write: async (chunk, position = size) => {
          await file.write(chunk, 0, chunk.length, position);
          size = Math.max(size, position + chunk.length);
        },
        finish: async () => {
          await file.datasync();
          const digest = createHash('sha256');
          for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) digest.update(chunk as Buffer);
          await file.close();
          return { key, sha256: digest.digest('hex'), sizeBytes: size };
        },
        abort: async () => {
          await file.close();
          await rm(fileOf(key), { force: true });
        },
      };
    },
    read: (key, range) => createReadStream(fileOf(key), range),
    readBuffer: async (key, maxBytes) => {
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of createReadStream(fileOf(key))) {
        size += (chunk as Buffer).length;
        if (size > maxBytes) throw new RangeError(`the object is larger than ${maxBytes} bytes`);
        chunks.push(chunk as Buffer);
      }
      return Buffer.concat(chunks);
    },
    remove: (key) => rm(fileOf(key), { force: true }),
  };
}
