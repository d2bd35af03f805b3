/** What a rule found in a field: never the value it found. */
export interface Finding {
  /** Stable code, such as `ird-check-digit`. */
  code: string;
  /** The column of a file or the JSON pointer of a document. */
  field: string;
  severity: 'error' | 'warning';
  message: string;
  mend: string;
}

/** Whether nothing among the findings forbids the row. */
export function acceptable(findings: readonly Finding[]): boolean {
  return !findings.some((finding) => finding.severity === 'error');
}
