import { Page } from '../app/page.tsx';
import { CustomerPlaces } from '../features/customers/customer-places.tsx';
import { Bans } from '../features/file-exchange/bans.tsx';

/** File exchange across customers: where to look for whom. */
export function FilesPage() {
  return (
    <Page title="Files" lead="SFTP accounts, exchanges and transfers, by customer and environment.">
      <div className="flex flex-col gap-8">
        <Bans />
        <CustomerPlaces tab="files" />
      </div>
    </Page>
  );
}
