/** Lines shown around each change. */
const contextLines = 3;

/** A line that stays, goes or comes; its places in both texts count from 0. */
export interface LineEdit {
  readonly mark: " " | "-" | "+";
  readonly text: string;
  readonly before: number;
  readonly after: number;
}

/** A shortest edit by the longest common subsequence; what is equal at both ends is cut off first, as it mostly is. */
export function lineEdits(before: readonly string[], after: readonly string[]): readonly LineEdit[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const room = Math.min(before.length, after.length) - head;
  while (tail < room && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const middle = middleEdits(before.slice(head, before.length - tail), after.slice(head, after.length - tail), head);
  return [
    ...before.slice(0, head).map((text, index): LineEdit => ({ mark: " ", text, before: index, after: index })),
    ...middle,
    ...before.slice(before.length - tail).map((text, index): LineEdit => {
      return { mark: " ", text, before: before.length - tail + index, after: after.length - tail + index };
    }),
  ];
}

function middleEdits(before: readonly string[], after: readonly string[], offset: number): LineEdit[] {
  const lengths = commonLengths(before, after);
  const edits: LineEdit[] = [];
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
): LineEdit["mark"] {
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
export function hunksOf(edits: readonly LineEdit[]): readonly (readonly LineEdit[])[] {
  const hunks: (readonly LineEdit[])[] = [];
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
