import { StandAlone } from '../app/stand-alone.tsx';
export function ComponentsPage() { return <StandAlone title="x">x</StandAlone>; }
