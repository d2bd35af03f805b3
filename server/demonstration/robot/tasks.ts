import { apiTasks } from './api-tasks.ts';
import { auditTasks } from './audit-tasks.ts';
import { fileTasks } from './file-tasks.ts';
import { mailTasks } from './mail-tasks.ts';
import type { Memory } from './memory.ts';
import { portalTasks } from './portal-tasks.ts';
import { webhookTasks } from './webhook-tasks.ts';

/** One thing the customer does when asked to; its result goes back to the journey. */
export type Task = (input: never, memory: Memory) => Promise<unknown>;

/** All that the customer robot can do. */
export const tasks: Record<string, Task> = {
  ...portalTasks,
  ...mailTasks,
  ...apiTasks,
  ...webhookTasks,
  ...auditTasks,
  ...fileTasks,
};
