/** A stranger's text in quotes, which no spreadsheet takes for a formula. */
export function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /^[\w .-]*$/.test(safe) ? safe : `"${safe.replace(/"/g, '""')}"`;
}
