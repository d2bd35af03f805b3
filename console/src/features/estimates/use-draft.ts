import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import {
  type DraftMark,
  type EstimateContent,
  type EstimateVersionView,
  type EstimateView,
  estimateContent,
} from '#contract/estimates.ts';
import { act } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { useAct } from '../../api/use-api.ts';
import { toast } from '../../ui/toast.tsx';
import { mergeDraft, tidy } from './draft.ts';

/** What somebody writes, with the saving that it began from. */
interface Draft {
  content: EstimateContent;
  before: EstimateContent;
  basedOn: DraftMark;
}

/** Which saving a version is. */
export const markOf = ({ number, revision }: EstimateVersionView): DraftMark => ({
  version: number,
  revision,
});

/** The version that is worked on: the highest number. */
export const latestOf = (view: EstimateView): EstimateVersionView | undefined =>
  [...view.versions].sort((a, b) => b.number - a.number)[0];

/** The content of a version to go on from; who edits sees all of it. */
const contentOf = (version: EstimateVersionView): EstimateContent => estimateContent.parse(version.content);

/** What is written in the editor: kept until it is saved, also when somebody else saves meanwhile. */
export function useDraft(path: string, present: EstimateVersionView | undefined, editable: boolean) {
  const client = useQueryClient();
  const [draft, setDraft] = useState<Draft>();
  const sent = useRef<Draft>(undefined);
  const save = useAct<Draft, EstimateView>({
    run: async (next) => {
      sent.current = next;
      try {
        const body = { basedOn: next.basedOn, content: tidy(next.content) };
        return await act<EstimateView>('PUT', `${path}/draft`, body);
      } catch (error) {
        const { code, title, detail } = problemOf(error);
        // Who saved, and what to do, is then said on the page itself.
        if (code === 'draft-changed') await client.invalidateQueries({ queryKey: ['api', path] });
        else toast([title, detail].filter(Boolean).join('. '), { critical: true });
        throw error;
      }
    },
    quiet: true,
    done: 'Estimate saved',
    onDone: (view) => {
      client.setQueryData(['api', path], view);
      const saved = latestOf(view);
      // What was typed while it was being saved goes on from what was saved.
      setDraft((now) =>
        now === sent.current || now === undefined || saved === undefined
          ? undefined
          : { ...now, before: contentOf(saved), basedOn: markOf(saved) },
      );
    },
  });
  const moved =
    draft !== undefined &&
    present !== undefined &&
    !save.isPending &&
    (draft.basedOn.version !== present.number || draft.basedOn.revision !== present.revision);
  const merged = moved ? mergeDraft(draft.before, draft.content, contentOf(present)) : undefined;
  return {
    /** What is written, or what was saved; undefined where nothing can be written. */
    content: draft?.content ?? (editable && present ? contentOf(present) : undefined),
    unsaved: draft?.content,
    dirty: draft !== undefined,
    save,
    /** Set when somebody saved since this was begun: the parts that both changed. */
    conflict: merged && { both: merged.both },
    change: (content: EstimateContent) =>
      setDraft((now) => {
        if (now === undefined)
          return present && { content, before: contentOf(present), basedOn: markOf(present) };
        // Back to what was there is nothing to save.
        return JSON.stringify(content) === JSON.stringify(now.before) ? undefined : { ...now, content };
      }),
    /** Saves what was written and gives the version as it then is; nothing when it could not be saved. */
    saveNow: async () =>
      draft === undefined
        ? present
        : save.mutateAsync(draft).then(
            (view) => latestOf(view),
            () => undefined,
          ),
    /** Goes on from what was saved meanwhile, with one's own words in it. */
    keepMine: () => {
      if (merged && present)
        setDraft({ content: merged.content, before: contentOf(present), basedOn: markOf(present) });
    },
    discard: () => setDraft(undefined),
  };
}
