/** The customer of the demonstration: made up, like everybody in it. */
export const customer = {
  code: 'KOWHAI',
  name: 'Kōwhai Orchards (demonstration)',
  serviceModel: 'fms',
  headCount: 480,
  domains: ['kowhai.example'],
};
/** The project owner, who may sign. */
export const owner = {
  name: 'Ōriwa Owner',
  email: 'owner@kowhai.example',
  kind: 'project-owner',
  hasAuthority: true,
};
/** The developer of the HR system. */
export const developer = {
  name: 'Devi Developer',
  email: 'developer@kowhai.example',
  kind: 'developer',
  hasAuthority: false,
};
/** Where the journey's people at the vendor get their mail. */
export const vendorEmails = {
  director: 'director@vendor.example',
  manager: 'manager@vendor.example',
  lead: 'lead@vendor.example',
  administrator: 'administrator@vendor.example',
};
