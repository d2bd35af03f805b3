import { useState } from 'react';
import { Field, Input } from '../../ui/field.tsx';

/** Compares a file of the reader's own with the signed PDF; it is hashed in the browser and never leaves it. */
export function CompareFile({ sha256 }: { sha256: string }) {
  const [same, setSame] = useState<boolean>();
  const compare = async (file: File | undefined) => {
    setSame(undefined);
    if (file) setSame((await hashOf(file)) === sha256);
  };
  return (
    <section aria-label="Compare your own file" className="mt-6 max-w-[520px]">
      <Field
        label="Is your file the one that was signed?"
        help="It is compared here in your browser and sent to nobody."
        required
      >
        <Input
          type="file"
          accept="application/pdf"
          className="pt-1.5"
          onChange={(event) => void compare(event.target.files?.[0])}
        />
      </Field>
      <p role="status" className={`mt-2 font-medium ${same ? 'text-positive' : 'text-critical'}`}>
        {same === undefined ? '' : same ? 'Yes, byte for byte.' : 'No, this is another file.'}
      </p>
    </section>
  );
}

async function hashOf(file: File): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
