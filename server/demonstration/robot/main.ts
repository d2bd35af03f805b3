// The customer robot: plays the customer's people and systems in a process of its own. It knows addresses, credentials
// and what stands in mails and on the vendor's pages; it never touches the vendor's database or code.

import { AssertionError } from 'node:assert';
import { expectCrashes } from '../call.ts';
import { openMemory } from './memory.ts';
import { tasks } from './tasks.ts';
import { listenAgain } from './webhook-server.ts';

const [stateFile = '', acknowledgements] = process.argv.slice(2);
if (acknowledgements !== undefined) expectCrashes();
const memory = openMemory(stateFile, acknowledgements);
await listenAgain(memory);

process.on('message', async (message: { id: number; task: string; input: unknown }) => {
  const task = tasks[message.task];
  try {
    if (task === undefined) throw new Error(`the robot knows no task ${message.task}`);
    const result = await task(message.input as never, memory);
    process.send?.({ id: message.id, result: result ?? null });
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    process.send?.({ id: message.id, fault, broken: error instanceof AssertionError });
  }
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C in a terminal reaches this process too: what is under way with the server is finished first.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => process.exit(0));
