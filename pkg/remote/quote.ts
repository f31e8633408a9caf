/**
 * An argument vector as text for a remote login shell, which sshd always puts between. Understood alike by POSIX
 * shells, csh and fish as long as arguments hold no backslash, "!" or newline; those are safe in POSIX shells only.
 */
export function quoteArgv(argv: readonly string[]): string {
  return argv.map(quote).join(" ");
}

function quote(word: string): string {
  if (word.includes("\0")) throw new Error("an argument cannot hold a NUL character");
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
