export function OneTimeLinkPage() {
  return null;
}
