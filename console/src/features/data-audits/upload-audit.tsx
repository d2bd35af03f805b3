import { type FormEvent, useState } from 'react';
import { type AuditTrack, type AuditView, auditTracks } from '#contract/data-audits.ts';
import { trackNames } from '#contract/integrations.ts';
import { sendFile, withQuery } from '../../api/client.ts';
import { useAct } from '../../api/use-api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogButtons } from '../../ui/dialog.tsx';
import { ErrorSummary, Field, Input, Select } from '../../ui/field.tsx';
import { useFormFaults } from '../../ui/form-faults.ts';
import { FormField } from '../../ui/form-field.tsx';
import { environmentPath, type Place } from '../environment-path.ts';
import { useIntegrationField } from '../integrations/integration-field.ts';

/** Uploads the customer's own list of employees, to be compared by key and field; in place of an audit's file when it `replaces` one. */
export function UploadAudit({
  place,
  replaces,
  onClose,
}: {
  place: Place;
  replaces?: AuditView;
  onClose(): void;
}) {
  const base = environmentPath(place);
  const [track, setTrack] = useState<AuditTrack>(auditTracks[0]);
  const [field] = useIntegrationField(replaces ? undefined : place.customer, track).fields;
  const [chosen, setChosen] = useState<string>();
  const integration = field?.options?.some((one) => one.value === chosen)
    ? chosen
    : (field?.initial as string | undefined);
  const [file, setFile] = useState<File>();
  const faults = useFormFaults({
    track: 'Track',
    integration: field?.label ?? '',
    file: 'File',
    fileName: 'File',
  });
  const send = useAct<File>({
    run: (sent) =>
      sendFile(
        replaces
          ? withQuery(`${base}/audits/${replaces.id}/file`, { fileName: sent.name })
          : withQuery(`${base}/audits`, { track, integration, fileName: sent.name }),
        sent,
        'text/csv',
      ),
    done: 'File is being compared',
    onDone: onClose,
    quiet: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (file === undefined) return faults.set({ file: 'Choose a CSV file.' });
    if (integration === '') return faults.set({ integration: `Choose: ${field?.label}.` });
    faults.clear();
    send.mutate(file, { onError: faults.show });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={replaces ? 'Replace the file and compare again' : 'Compare a file'}
      description="A CSV with a header row: company_code, employee_number and any columns of the employee format. At most 25 MB."
    >
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <ErrorSummary {...faults.summary} />
        {replaces ? null : (
          <Field label="Track" required error={faults.at.track}>
            <Select
              name="track"
              value={track}
              onChange={(event) => setTrack(event.target.value as AuditTrack)}
            >
              {auditTracks.map((one) => (
                <option key={one} value={one}>
                  {trackNames[one]}
                </option>
              ))}
            </Select>
          </Field>
        )}
        {field ? (
          <FormField
            field={field}
            value={integration}
            errors={faults.at}
            onChange={(id) => setChosen(String(id))}
          />
        ) : null}
        <Field label="File" required error={faults.at.file ?? faults.at.fileName}>
          <Input
            type="file"
            name="file"
            accept=".csv,text/csv"
            className="pt-1"
            onChange={(event) => setFile(event.target.files?.[0])}
          />
        </Field>
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={send.isPending}>
            Compare
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
