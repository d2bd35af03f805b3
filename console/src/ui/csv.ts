const risky = /^[=+\-@\t\r]/;

/** Rows as CSV text: quoted where needed, and never read as a formula by a spreadsheet. */
export function toCsv(rows: string[][]): string {
  return rows
    .map((row) =>
      row
        .map((value) => {
          const safe = risky.test(value) && !/^-?\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
          return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
        })
        .join(','),
    )
    .join('\r\n');
}

/** Hands text to the browser as a file to keep. */
export function downloadText(name: string, text: string, type = 'text/csv;charset=utf-8'): void {
  const url = URL.createObjectURL(new Blob([`\uFEFF${text}`], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
