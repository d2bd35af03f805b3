export function EstimatePage() {
  return null;
}
