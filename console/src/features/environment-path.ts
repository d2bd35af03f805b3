import type { EnvironmentName } from '../ui/environment-switch.tsx';

/** Which environment of which customer a part of a page is about. */
export interface Place {
  customer: string;
  environment: EnvironmentName;
}

/** The address under which everything of an environment lives. */
export function environmentPath({ customer, environment }: Place): string {
  return `/api/customers/${customer}/environments/${environment}`;
}
