import { createContext, useContext } from 'react';

/** What a page asks of the shell around it. */
export interface Frame {
  openMenu(): void;
  openPalette(): void;
  portal: boolean;
}
export const FrameContext = createContext<Frame | undefined>(undefined);

/** The shell around this page; undefined on pages that stand alone. */
export function useFrame(): Frame | undefined {
  return useContext(FrameContext);
}
