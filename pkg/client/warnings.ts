/** The texts of Warning headers (RFC 7234): `299 - "text"`, several to a line or one a line. */
export function warningTexts(headers: readonly string[]): string[] {
  return headers.flatMap((header) =>
    [...header.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text]) => unquote(text ?? "")),
  );
}

function unquote(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}
