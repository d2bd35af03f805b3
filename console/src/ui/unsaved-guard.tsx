import { useBlocker } from '@tanstack/react-router';
import { Button } from './button.tsx';
import { Dialog, DialogButtons } from './dialog.tsx';

/**
 * Asks before a page is left with words that are not saved: by a link, the palette, the browser's back button, or by
 * closing the window. Another tab or filter of the same page leaves nothing.
 */
export function UnsavedGuard({ dirty }: { dirty: boolean }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty && current.pathname !== next.pathname,
    enableBeforeUnload: dirty,
    disabled: !dirty,
    withResolver: true,
  });
  if (status !== 'blocked') return null;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && reset()}
      title="Leave without saving?"
      description="What you wrote on this page is not saved, and is lost when you leave."
    >
      <DialogButtons>
        <Button look="critical" onClick={proceed}>
          Leave
        </Button>
        <Button look="primary" onClick={reset} data-begin>
          Stay
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
