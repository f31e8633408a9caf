interface Piece {
  readonly from: number;
  readonly to: number;
}

/**
 * Where the documents of a text begin and end: each from its `---` on. A `---` at the beginning of a line begins a document
 * wherever it stands, so nothing has to be understood for it. Comments before the first one belong to it.
 */
export function splitDocuments(text: string): readonly Piece[] {
  const starts = [...text.matchAll(/^---(?=\s|$)/gm)].map(({ index }) => index);
  const first = starts[0];
  const isHead = first !== undefined && /^(?:[ \t]*(?:#.*|%.*)?\r?\n)*$/.test(text.slice(0, first));
  const bounds = isHead ? [0, ...starts.slice(1)] : [0, ...starts];
  return bounds.map((from, index) => ({ from, to: bounds[index + 1] ?? text.length }));
}

/**
 * The change from `before` to `after` carried over to `original`, which says what `before` says with other spaces and breaks:
 * so lines that do not change keep theirs. Undefined where they are too different.
 */
export function joinLines(original: string, before: string, after: string): string | undefined {
  const [own, old, made] = [original.split("\n"), before.split("\n"), after.split("\n")];
  const points = commonPoints(own, old);
  if (points === undefined) return undefined;
  const least = Math.min(old.length, made.length);
  let head = 0;
  while (head < least && old[head] === made[head]) head++;
  let tail = 0;
  while (tail < least - head && old[old.length - 1 - tail] === made[made.length - 1 - tail]) tail++;
  const end = old.length - tail;
  const first = points.findLast((point) => point.old <= head);
  const last = points.find((point) => point.old >= end && point.old >= (first?.old ?? 0));
  if (first === undefined || last === undefined) return undefined;
  const between = [...old.slice(first.old, head), ...made.slice(head, made.length - tail), ...old.slice(end, last.old)];
  return [...own.slice(0, first.own), ...between, ...own.slice(last.own)].join("\n");
}

interface Point {
  readonly own: number;
  readonly old: number;
}

/** So many lines that are broken in another way may follow each other. */
const farthest = 12;

/** Before which lines both have said the same, in order; undefined where they part for good. */
function commonPoints(own: readonly string[], old: readonly string[]): readonly Point[] | undefined {
  const [left, right] = [own.map(tight), old.map(tight)];
  const points: Point[] = [{ own: 0, old: 0 }];
  let at: Point = { own: 0, old: 0 };
  while (at.own < left.length && at.old < right.length) {
    if (left[at.own] !== right[at.old]) {
      const next = nextCommon(left, right, at);
      if (next === undefined) return undefined;
      at = next;
      points.push(at);
    } else {
      at = { own: at.own + 1, old: at.old + 1 };
      points.push(at);
    }
  }
  points.push({ own: left.length, old: right.length });
  return points;
}

/** The nearest lines that are the same again; empty lines say nothing. */
function nextCommon(left: readonly string[], right: readonly string[], at: Point): Point | undefined {
  for (let distance = 1; distance <= farthest; distance++) {
    for (let ahead = 0; ahead <= distance; ahead++) {
      const point = { own: at.own + distance - ahead, old: at.old + ahead };
      const line = left[point.own];
      if (line !== undefined && line !== "" && line === right[point.old]) return point;
    }
  }
  const isEnd = left.length - at.own <= farthest && right.length - at.old <= farthest;
  return isEnd ? { own: left.length, old: right.length } : undefined;
}

function tight(line: string): string {
  return line.replaceAll(/\s+/g, "");
}
