import { z } from 'zod';

/** Roles of the vendor's own people, in the words of the implementation process. */
export const staffRoles = [
  'commercial-director',
  'integrations-manager',
  'customer-team-lead',
  'lead-consultant',
  'support',
  'auditor',
  'administrator',
] as const;
/** Roles of a customer's people in the portal. */
export const portalRoles = ['project-owner', 'developer', 'signatory'] as const;

export const staffRole = z.enum(staffRoles);
export const role = z.enum([...staffRoles, ...portalRoles]);

export type StaffRole = (typeof staffRoles)[number];
export type PortalRole = (typeof portalRoles)[number];
export type Role = StaffRole | PortalRole;

/** How a role is written on screens and in mail. */
export const roleNames: Record<Role, string> = {
  'commercial-director': 'Commercial Director',
  'integrations-manager': 'Integrations & Solutions Manager',
  'customer-team-lead': 'Customer Team Lead',
  'lead-consultant': 'Lead Consultant',
  support: 'Support',
  auditor: 'Auditor',
  administrator: 'Administrator',
  'project-owner': 'Project owner',
  developer: 'Developer',
  signatory: 'Signatory',
};
