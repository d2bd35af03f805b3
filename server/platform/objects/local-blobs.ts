import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Blobs, keyShape } from './blobs.ts';

const listedAtOnce = 500;
const identityFile = 'store-identity';

/** Objects as files of a local folder. */
export async function openLocalBlobs(folder: string): Promise<Blobs> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fileOf = (key: string) => join(folder, key);
  return {
    place: `the folder ${folder}`,
    pagesAtOnce: 4,
    publish: async (key, file) => {
      await rename(file, fileOf(key));
      await syncFolder(folder);
    },
    open: async (key) => {
      const file = await open(fileOf(key), 'r').catch(noneThere);
      if (file === undefined) return undefined;
      try {
        const { size } = await file.stat();
        return {
          sizeBytes: size,
          read: (position, length) => readWhole(file, position, length),
          close: () => file.close(),
        };
      } catch (error) {
        await file.close();
        throw error;
      }
    },
    remove: (key) => rm(fileOf(key), { force: true }),
    readIdentity: () => readFile(fileOf(identityFile), 'utf8').catch(noneThere),
    writeIdentity: async (text) => {
      const file = await open(fileOf(identityFile), 'wx', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await syncFolder(folder);
    },
    list: async function* () {
      const keys = (await readdir(folder)).filter((name) => keyShape.test(name));
      for (let at = 0; at < keys.length; at += listedAtOnce) {
        const page = keys.slice(at, at + listedAtOnce);
        const found = await Promise.all(page.map((key) => stat(fileOf(key)).catch(noneThere)));
        yield page.flatMap((key, i) => {
          const one = found[i];
          return one === undefined ? [] : [{ key, modifiedMs: one.mtimeMs }];
        });
      }
    },
    close: () => {},
  };
}

function noneThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

async function readWhole(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
