import { Page } from '../app/page.tsx';
import { CustomerPlaces } from '../features/customers/customer-places.tsx';

/** File exchange across customers: where to look for whom. */
export function FilesPage() {
  return (
    <Page title="Files" lead="SFTP accounts, exchanges and transfers, by customer and environment.">
      <CustomerPlaces tab="files" />
    </Page>
  );
}
