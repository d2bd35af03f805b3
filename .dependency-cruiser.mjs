// One rule for each sentence of the house's rules on imports. `npm run check` proves on scripts/fixtures/imports that
// each of them is caught.

/** The modules, low to high: a module imports only those before it. ARCHITECTURE.md draws this. */
const modules = [
  'access',
  'customers',
  'payroll',
  'credentials',
  'fair-use',
  'web-api',
  'webhooks',
  'file-exchange',
  'data-audits',
  'certification',
  'documents',
  'estimates',
  'desk',
  'pipeline',
  'integrations',
];

const tests = '\\.test\\.tsx?$';

const upward = modules.slice(0, -1).map((name, index) => ({
  name: `downwards-only-from-${name}`,
  severity: 'error',
  comment: `Lower modules never know higher ones: ${name} learns of what happens above it from the log.`,
  from: { path: `^server/modules/${name}/`, pathNot: tests },
  to: { path: `^server/modules/(${modules.slice(index + 1).join('|')})/` },
}));

export default {
  forbidden: [
    {
      name: 'platform-imports-only-itself',
      severity: 'error',
      comment:
        'The platform knows no word of the domain, so that it can be understood and tested alone (ids and roles are shared words).',
      from: { path: '^server/platform/', pathNot: tests },
      to: {
        path: '^(server|console|bench|scripts|contract)/',
        pathNot: '^server/platform/|^contract/(ids|roles)\\.ts$',
      },
    },
    {
      name: 'modules-meet-at-their-index',
      severity: 'error',
      comment:
        "A module's index.ts is its whole public face; everything else in it may change without asking.",
      from: { path: '^server/modules/([^/]+)/', pathNot: tests },
      to: { path: '^server/modules/[^/]+/', pathNot: '^server/modules/(?:$1/|[^/]+/index\\.ts$)' },
    },
    {
      name: 'modules-import-no-top',
      severity: 'error',
      comment:
        'A module imports the platform, contract, its own files and other modules; wiring and commands use it, not the reverse.',
      from: { path: '^server/modules/', pathNot: tests },
      to: { path: '^(server/(wiring|main)\\.ts$|server/(cli|demonstration)/|console/|bench/|scripts/)' },
    },
    {
      name: 'no-cycle',
      severity: 'error',
      comment:
        'Files in a circle can only be understood all at once. Needing the reverse direction means publishing an event.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...upward,
    {
      name: 'doors-import-modules-never-the-reverse',
      severity: 'error',
      comment: 'A module works the same through every door, so it knows none.',
      from: { path: '^server/(modules|platform)/', pathNot: tests },
      to: { path: '^server/doors/' },
    },
    {
      name: 'console-imports-contract-only',
      severity: 'error',
      comment:
        'What the console knows of the server is what the contract says; anything else would reach the browser.',
      from: { path: '^console/src/', pathNot: tests },
      to: { path: '^(server|bench|scripts)/' },
    },
    {
      name: 'contract-imports-itself-only',
      severity: 'error',
      comment: 'The contract runs in the browser and on the server, so it leans on neither.',
      from: { path: '^contract/', pathNot: tests },
      to: { path: '^(server|console|bench|scripts)/' },
    },
    {
      name: 'stores-touch-the-database',
      severity: 'error',
      comment:
        'Only stores (*-store.ts) hold SQL, so that all queries of a module are in one place; others take its types only.',
      from: { path: '^server/modules/', pathNot: `(-store\\.ts|${tests})$` },
      to: {
        path: '^server/platform/database\\.ts$|node_modules/(postgres|pg)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'the-robot-is-a-stranger',
      severity: 'error',
      comment:
        "The demonstration's customer knows what a customer knows: addresses, pages and mails, and none of our code; call.ts is its HTTP client.",
      from: { path: '^server/demonstration/(robot/|call\\.ts$)', pathNot: tests },
      to: {
        path: '^(server|contract|console|bench|scripts)/',
        pathNot: '^server/demonstration/(robot/|call\\.ts$)',
      },
    },
    {
      name: 'production-never-imports-testing',
      severity: 'error',
      comment: 'Fakes and factories never run in production.',
      from: { path: '^(server|contract|console/src)/', pathNot: `${tests}|^server/testing/` },
      to: { path: '^server/testing/' },
    },
    {
      name: 'production-needs-no-tools',
      severity: 'error',
      comment: 'What production code needs belongs into dependencies, not devDependencies.',
      from: {
        path: '^(server|contract|console/src)/',
        pathNot: `${tests}|^server/testing/|^console/src/testing/`,
      },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(build|data|node_modules/\\.cache|scripts/fixtures)/' },
    tsPreCompilationDeps: true,
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
