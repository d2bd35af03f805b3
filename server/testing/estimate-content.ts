const line = {
  phase: 'build',
  deliverable: 'Employees from the HR system into payroll',
  track: 'web-api',
  role: 'Integrations consultant',
  optimisticHours: '4',
  likelyHours: '6',
  pessimisticHours: '10',
  rateCents: 18_500,
  optional: false,
  taxable: true,
};
/** An estimate that can be sent. */
export const estimateContent = {
  title: 'Work estimate',
  lines: [line, { ...line, track: 'file-transfer', optional: true }],
  assumptions: ['The customer has a test system.'],
  exclusions: ['Timesheets'],
  customerTasks: ['Unit tests'],
  environments: ['sandbox', 'production'],
  contingencyPercent: 10,
  adjustments: [{ reasonCode: 'relationship', reason: 'A customer for years', amountCents: -10_000 }],
  currency: 'NZD',
  validUntil: Temporal.Now.plainDateISO().add({ days: 30 }).toString(),
  termsVersion: '2026-1',
};
