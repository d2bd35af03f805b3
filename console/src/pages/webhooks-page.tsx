import { Page } from '../app/page.tsx';
import { CustomerPlaces } from '../features/customers/customer-places.tsx';

/** Webhooks across customers: where to look for whom. */
export function WebhooksPage() {
  return (
    <Page title="Webhooks" lead="Endpoints, receivers and deliveries, by customer and environment.">
      <CustomerPlaces tab="webhooks" />
    </Page>
  );
}
