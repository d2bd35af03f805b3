import { Button } from '../../ui/button.tsx';
import { Code } from '../../ui/copy-button.tsx';
import { RelativeTime } from '../../ui/time.tsx';

interface SecretLinkProps {
  link: { url: string | null; expiresAt: string; mailedTo: string | null };
  onClose(): void;
}

/** The one-time link to a secret that was just made: shown here, or mailed to a contact. */
export function SecretLink({ link, onClose }: SecretLinkProps) {
  return (
    <div
      role="status"
      className="flex flex-wrap items-center justify-between gap-3 rounded-card border border-info/40 bg-info/6 px-4 py-3"
    >
      <div className="min-w-0">
        {link.url ? (
          <>
            <p className="font-medium">
              Pass on this link. It shows the secret once, when its button is pressed.
            </p>
            <Code text={link.url} label="Copy the one-time link" />
          </>
        ) : (
          <p className="font-medium">The link to the secret was mailed to {link.mailedTo}.</p>
        )}
        <p className="text-small text-muted">
          It ends <RelativeTime at={link.expiresAt} />.
        </p>
      </div>
      <Button small onClick={onClose}>
        Done
      </Button>
    </div>
  );
}
