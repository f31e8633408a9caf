/** Words as a POSIX shell reads them back. */
export function shellLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}

/**
 * The words of a line as a POSIX shell splits it: quotes and backslashes are understood, everything else that is special
 * to a shell stands for itself. Undefined while a quote is open.
 */
export function splitShellLine(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let rest = line;
  while (rest !== "") {
    const space = /^\s+/.exec(rest);
    const part = space === null ? partPattern.exec(rest) : undefined;
    if (part === null) return undefined;
    if (part === undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + textOf(part);
    rest = rest.slice((part ?? space)?.[0].length ?? rest.length);
  }
  return word === undefined ? words : [...words, word];
}

/** 'single', "double", \escaped, or plain. */
const partPattern = /^(?:'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+))/;

function textOf([, single, double, escaped, plain]: RegExpExecArray): string {
  if (double !== undefined)
    return double.replace(/\\(["\\$`\n])/g, (_, character: string) => (character === "\n" ? "" : character));
  return single ?? (escaped === "\n" ? "" : escaped) ?? plain ?? "";
}
