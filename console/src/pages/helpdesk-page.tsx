export function HelpdeskPage() {
  return null;
}
