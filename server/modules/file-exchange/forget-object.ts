import type { Platform } from '#platform/platform.ts';

/** Name of the job that removes bytes which no row names any more; queued in the transaction that let go of them. */
export const forgetObjectJob = 'file-exchange.forget-object';

/** The job; removing twice is harmless. */
export async function forgetObject(platform: Platform, job: { objectKey: string }): Promise<void> {
  await platform.objects.remove(job.objectKey);
}
