export function FairUsePage() {
  return null;
}
