import type { EstimateContent, EstimateVersionView } from '#contract/estimates.ts';
import { Button } from '../../ui/button.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { ContentView } from './content-editor.tsx';
import { LineTable } from './line-table.tsx';

interface DraftConflictProps {
  /** What was saved meanwhile. */
  saved: EstimateVersionView;
  /** The parts that both changed. */
  both: string[];
  onKeepMine(): void;
  onTakeTheirs(): void;
}

/** Says who saved while somebody else was writing, and lets them go on with both or with the other's words. */
export function DraftConflict({ saved, both, onKeepMine, onTakeTheirs }: DraftConflictProps) {
  return (
    <div role="alert" className="rounded-card border border-caution/50 bg-caution/7 px-4 py-3">
      <p className="font-semibold">
        {saved.author} saved version {saved.number} while you were writing, <RelativeTime at={saved.at} />.
      </p>
      <p className="mt-1">
        {both.length === 0
          ? 'You changed other parts: both changes fit together.'
          : `You both changed the ${both.join(', ')}. With your words, theirs are replaced there; everything else of theirs stays.`}
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button look="primary" onClick={onKeepMine}>
          {both.length === 0 ? 'Put both together' : 'Go on with my words'}
        </Button>
        <Button onClick={onTakeTheirs}>Take theirs, discard mine</Button>
      </div>
    </div>
  );
}

/** What somebody wrote that can't be saved any more, so that it can still be read and copied. */
export function LostTurn({ content, onDiscard }: { content: EstimateContent; onDiscard(): void }) {
  return (
    <div role="alert" className="rounded-card border border-caution/50 bg-caution/7 px-4 py-3">
      <p className="font-semibold">The estimate went on while you were writing: this can’t be saved now.</p>
      <details className="mt-2">
        <summary className="cursor-pointer">What you wrote: {content.title}</summary>
        <div className="mt-3 flex flex-col gap-4">
          <LineTable lines={content.lines} currency={content.currency} />
          <ContentView content={content} vendorOnly />
        </div>
      </details>
      <Button className="mt-3" onClick={onDiscard}>
        Discard it
      </Button>
    </div>
  );
}
