import { openApart } from '#platform/run-apart.ts';
import type { AuditFile, FileRefusal } from './read-audit-file.ts';

const longestMs = 30_000;

/** 25 MB of text take about 400 MB as rows of cells. */
const inThread = openApart<Uint8Array>({
  thread: new URL('audit-file-thread.ts', import.meta.url),
  threads: 1,
  heapMb: 1_024,
  withinMs: longestMs,
});

/**
 * As readAuditFile, in a thread of its own within a time and a memory, since the file comes from outside. A file that goes
 * beyond them is refused.
 */
export async function readAuditFileApart(bytes: Buffer): Promise<AuditFile | FileRefusal> {
  try {
    return (await inThread(bytes, { keep: bytes.length < 1_000_000 })) as AuditFile | FileRefusal;
  } catch {
    return {
      code: 'not-readable',
      message:
        'The file could not be read within the time and memory for one file. Split it, or export it again.',
    };
  }
}
