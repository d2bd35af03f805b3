import type { FileHandle } from 'node:fs/promises';

/** Writes buffers one after the other from a position on, all of them, however little the system takes at once. */
export async function writeParts(file: FileHandle, parts: Buffer[], position: number): Promise<void> {
  const { bytesWritten } = await file.writev(parts, position);
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  if (bytesWritten === total) return;
  const whole = Buffer.concat(parts);
  for (let done = bytesWritten; done < total; ) {
    const next = await file.write(whole, done, total - done, position + done);
    done += next.bytesWritten;
  }
}
