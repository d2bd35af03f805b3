import type { Check } from './check.ts';
import { findingsOf } from './run-tool.ts';

export const formatAndLint: Check = {
  name: 'format and lint',
  run: () => findingsOf('biome', ['ci', '--colors=off', '--max-diagnostics=40', '.']),
};
