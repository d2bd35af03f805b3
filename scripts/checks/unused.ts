import type { Check } from './check.ts';
import { findingsOf } from './run-tool.ts';

export const unused: Check = {
  name: 'nothing unused',
  run: () => findingsOf('knip', ['--no-progress']),
};
