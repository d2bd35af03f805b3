import type { Check } from './check.ts';
import { findingsOf } from './run-tool.ts';

export const serverTypes: Check = {
  name: 'types of the server',
  run: () => findingsOf('tsc', ['-p', 'tsconfig.server.json', '--noEmit', '--pretty', 'false']),
};

export const consoleTypes: Check = {
  name: 'types of the console',
  run: () => findingsOf('tsc', ['-p', 'tsconfig.console.json', '--noEmit', '--pretty', 'false']),
};
