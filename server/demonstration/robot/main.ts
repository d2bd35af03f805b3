// The customer robot: plays the customer's people and systems in a process of its own. It knows addresses, credentials
// and what stands in mails; it never touches the vendor's database or code paths behind the doors.

import { openMemory } from './memory.ts';
import { tasks } from './tasks.ts';

const memory = openMemory(process.argv[2] ?? '');

process.on('message', async (message: { id: number; task: string; input: unknown }) => {
  const task = tasks[message.task];
  try {
    if (task === undefined) throw new Error(`the robot knows no task ${message.task}`);
    const result = await task(message.input as never, memory);
    process.send?.({ id: message.id, result: result ?? null });
  } catch (error) {
    process.send?.({ id: message.id, fault: error instanceof Error ? error.message : String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
