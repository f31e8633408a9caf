/** Lines shown around each change. */
const contextLines = 3;

type Edit = { readonly mark: " " | "-" | "+"; readonly text: string; readonly before: number; readonly after: number };

/** A unified diff of two texts, as diff -u prints it; "" where they are equal. */
export function unifiedDiff(before: string, after: string, beforeName: string, afterName: string): string {
  const edits = editScript(splitLines(before), splitLines(after));
  const hunks = hunksOf(edits);
  if (hunks.length === 0) return "";
  return `--- ${beforeName}\n+++ ${afterName}\n${hunks.map(hunkText).join("")}`;
}

function splitLines(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** A shortest edit by the longest common subsequence; what is equal at both ends is cut off first, as it mostly is. */
function editScript(before: readonly string[], after: readonly string[]): readonly Edit[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const room = Math.min(before.length, after.length) - head;
  while (tail < room && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const middle = middleEdits(before.slice(head, before.length - tail), after.slice(head, after.length - tail), head);
  return [
    ...before.slice(0, head).map((text, index): Edit => ({ mark: " ", text, before: index, after: index })),
    ...middle,
    ...before.slice(before.length - tail).map((text, index): Edit => {
      return { mark: " ", text, before: before.length - tail + index, after: after.length - tail + index };
    }),
  ];
}

function middleEdits(before: readonly string[], after: readonly string[], offset: number): Edit[] {
  const lengths = commonLengths(before, after);
  const edits: Edit[] = [];
  let [left, right] = [0, 0];
  while (left < before.length || right < after.length) {
    const mark = nextMark(before, after, lengths, left, right);
    const text = (mark === "+" ? after[right] : before[left]) ?? "";
    edits.push({ mark, text, before: left + offset, after: right + offset });
    if (mark !== "+") left++;
    if (mark !== "-") right++;
  }
  return edits;
}

/** Removals come before additions where both are as good. */
function nextMark(
  before: readonly string[],
  after: readonly string[],
  lengths: Uint32Array,
  left: number,
  right: number,
): Edit["mark"] {
  if (left >= before.length) return "+";
  if (right >= after.length) return "-";
  if (before[left] === after[right]) return " ";
  const width = after.length + 1;
  return (lengths[(left + 1) * width + right] ?? 0) >= (lengths[left * width + right + 1] ?? 0) ? "-" : "+";
}

/** For each pair of suffixes, the length of their longest common subsequence. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint32Array {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  for (let left = before.length - 1; left >= 0; left--) {
    for (let right = after.length - 1; right >= 0; right--) {
      const [down, over] = [lengths[(left + 1) * width + right] ?? 0, lengths[left * width + right + 1] ?? 0];
      const diagonal = lengths[(left + 1) * width + right + 1] ?? 0;
      lengths[left * width + right] = before[left] === after[right] ? diagonal + 1 : Math.max(down, over);
    }
  }
  return lengths;
}

/** Changes with their context; changes whose contexts touch are one hunk. */
function hunksOf(edits: readonly Edit[]): readonly (readonly Edit[])[] {
  const hunks: (readonly Edit[])[] = [];
  let start = -1;
  let end = -1;
  edits.forEach(({ mark }, index) => {
    if (mark === " ") return;
    if (start >= 0 && index - contextLines > end) {
      hunks.push(edits.slice(start, end));
      start = -1;
    }
    if (start < 0) start = Math.max(0, index - contextLines);
    end = Math.min(edits.length, index + contextLines + 1);
  });
  return start < 0 ? hunks : [...hunks, edits.slice(start, end)];
}

function hunkText(hunk: readonly Edit[]): string {
  const [first] = hunk;
  const beforeCount = hunk.filter(({ mark }) => mark !== "+").length;
  const afterCount = hunk.filter(({ mark }) => mark !== "-").length;
  const header = `@@ -${range(first?.before ?? 0, beforeCount)} +${range(first?.after ?? 0, afterCount)} @@`;
  return `${header}\n${hunk.map(({ mark, text }) => `${mark}${text}\n`).join("")}`;
}

/** An empty side names the line before it. */
function range(start: number, count: number): string {
  const line = count === 0 ? start : start + 1;
  return count === 1 ? String(line) : `${line},${count}`;
}
