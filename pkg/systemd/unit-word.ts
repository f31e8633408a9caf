/** A word of a command line as systemd reads it: specifiers and variables are texts, spaces and quotes are kept. */
export function unitWord(text: string): string {
  const plain = text.replaceAll("%", "%%").replaceAll("$", () => "$$");
  if (/^[\w@%+=:,./$[\]-]+$/.test(plain)) return plain;
  return `"${plain.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
