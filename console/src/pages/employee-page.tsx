export function EmployeePage() {
  return null;
}
