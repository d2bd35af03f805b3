import { z } from 'zod';
import { integrationRow, type Track, trackNames } from '#contract/integrations.ts';
import { useApi } from '../../api/use-api.ts';
import type { FieldSpec } from '../../ui/form.ts';

const listOfCustomer = z.object({ items: z.array(integrationRow) });

/** A field that asks for which of a customer's open integrations something is made, of a track where one is given. */
export interface IntegrationField {
  fields: FieldSpec[];
  /** False until it is known what there is to choose from. */
  ready: boolean;
}

/** The only integration is chosen already; where there are several, one must be; where there is none, nobody is asked. */
export function useIntegrationField(
  customer: string | undefined,
  track?: Track,
  chosen?: string | null,
): IntegrationField {
  const { data, error } = useIntegrationsOf(customer);
  const open = (data?.items ?? []).filter(
    (one) => one.phase !== 'ended' && (track === undefined || one.tracks.includes(track)),
  );
  const field: FieldSpec = {
    name: 'integration',
    label: 'For the integration',
    kind: 'select',
    required: true,
    help: 'It is evidence for this one alone.',
    options: open.map((one) => ({
      value: one.id,
      label: `${one.name} (${one.tracks.map((name) => trackNames[name]).join(', ')})`,
    })),
    initial: open.some((one) => one.id === chosen) ? chosen : open.length === 1 ? open[0]?.id : '',
  };
  return { fields: open.length > 0 ? [field] : [], ready: data !== undefined || error !== null };
}

/** Names a customer's integrations by their ids; null for what belongs to none. */
export function useIntegrationNames(customer: string): (id: string | null) => string | null {
  const { data } = useIntegrationsOf(customer);
  return (id) => data?.items.find((one) => one.id === id)?.name ?? null;
}

const useIntegrationsOf = (customer: string | undefined) =>
  useApi(customer && `/api/customers/${customer}/integrations`, listOfCustomer);
