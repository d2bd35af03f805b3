import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: [
    'server/**/*.test.ts',
    'scripts/**/*.test.ts',
    'server/testing/**/*.ts',
    'contract/*.test.ts',
    'scripts/*.{ts,js}',
    'scripts/interop/*-program.ts',
    'bench/*.ts',
    'console/src/main.tsx',
    'console/vite.config.ts',
  ],
  project: [
    'server/**/*.ts',
    'contract/**/*.ts',
    'scripts/**/*.{ts,js}',
    'bench/**/*.ts',
    'console/src/**/*.{ts,tsx}',
  ],
  ignore: ['scripts/fixtures/**'],
  // Named by path at run time, imported by a style sheet, or needed by another tool.
  ignoreDependencies: ['@typescript/native', 'tailwindcss', 'dependency-cruiser', '@fontsource-variable/.*'],
  ignoreBinaries: ['sftp', 'useradd', 'adduser'],
  include: ['files', 'dependencies', 'unlisted', 'unresolved', 'binaries', 'exports', 'types', 'nsExports'],
  ignoreExportsUsedInFile: true,
};

export default config;
