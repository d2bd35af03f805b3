import { parentPort } from 'node:worker_threads';
import type { ApartAnswer } from '#platform/run-apart.ts';
import { readAuditFile } from './read-audit-file.ts';

parentPort?.on('message', (bytes: Uint8Array) => {
  parentPort?.postMessage({ value: readAuditFile(Buffer.from(bytes)) } satisfies ApartAnswer);
});
