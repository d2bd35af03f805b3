import type { Readable } from 'node:stream';
import type { StoredObject } from '#platform/objects.ts';
import type { Platform } from '#platform/platform.ts';
import { problems } from './problems.ts';
import { mostFileBytes } from './run-audit.ts';

/** Writes an upload into the object store as it comes; more than 25 MB are refused while they come. */
export async function receiveUpload(platform: Platform, body: Readable): Promise<StoredObject> {
  const writer = await platform.objects.create();
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
