import type { CheckResult, VerificationView } from '#contract/documents.ts';
import { GateShape } from '../../ui/gate-shape.tsx';

type Part = keyof VerificationView['checks'];

const parts: Record<Part, { name: string; fits: string; differs: string; missing: string }> = {
  content: {
    name: 'Content',
    fits: 'The frozen version, with both parties, tax and figures, has the hash that was signed.',
    differs: 'The frozen version no longer has the hash that was signed.',
    missing: 'There is no frozen version to hash.',
  },
  pdf: {
    name: 'PDF',
    fits: 'The kept file has the hash that was signed.',
    differs: 'The kept file is not the one that was signed.',
    missing: 'The file is no longer kept.',
  },
  decision: {
    name: 'Decision',
    fits: 'Who decided, when and how is as it was written down.',
    differs: 'What is written down of the decision was changed afterwards.',
    missing: 'There is no decision.',
  },
  chain: {
    name: 'Chain',
    fits: 'It stands in the unbroken chain of all decisions of this customer.',
    differs: 'The chain of this customer’s decisions is broken: one was changed, added or taken out.',
    missing: 'There is no chain.',
  },
};
const shapes = { fits: 'seen', differs: 'refused', missing: 'stale' } as const;
const words: Record<CheckResult, string> = { fits: 'fits', differs: 'does not fit', missing: 'is missing' };

/** What the server found when it hashed everything again, part by part. */
export function Checks({ checks }: { checks: VerificationView['checks'] }) {
  return (
    <ul aria-label="What was checked" className="mt-4 flex flex-col gap-3">
      {(Object.keys(parts) as Part[]).map((part) => {
        const result = checks[part];
        return (
          <li key={part} className="flex gap-2">
            <span className="mt-0.5">
              <GateShape status={shapes[result]} />
            </span>
            <span className="min-w-0">
              <span className="font-medium">
                {parts[part].name} {words[result]}
              </span>
              <span className="block text-muted">{parts[part][result]}</span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
