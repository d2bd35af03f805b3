import type { Readable } from 'node:stream';
import type { StoredObject } from '#platform/objects.ts';
import type { Platform } from '#platform/platform.ts';
import { Problem } from '#platform/problem.ts';
import type { InEnvironment } from './make-extract.ts';
import { mostFileBytes } from './open-audit.ts';
import { problems } from './problems.ts';

/**
 * Writes an upload into the object store as it comes, and hands it to `use`. More than 25 MB are refused while they
 * come; what `use` refuses is removed again.
 */
export async function receiveUpload<T>(
  platform: Platform,
  of: InEnvironment,
  body: Readable,
  use: (stored: StoredObject) => Promise<T>,
): Promise<T> {
  const stored = await store(platform, of, body);
  try {
    return await use(stored);
  } catch (error) {
    // After any other failure the row may have been committed all the same: then these bytes are its file.
    if (error instanceof Problem) await platform.objects.remove(stored.key).catch(() => {});
    throw error;
  }
}

async function store(platform: Platform, of: InEnvironment, body: Readable): Promise<StoredObject> {
  const writer = await platform.objects.create({ class: 'audit-upload', ...of });
  try {
    let size = 0;
    for await (const chunk of body) {
      size += (chunk as Buffer).length;
      if (size > mostFileBytes) throw problems['file-too-large']();
      await writer.write(chunk as Buffer);
    }
    return await writer.finish();
  } catch (error) {
    await writer.abort().catch(() => {});
    throw error;
  }
}
