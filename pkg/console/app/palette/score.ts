/**
 * How well a query fits a text, both in lower case: 0 where its letters do not stand in it in their order, more where they
 * stand together, at beginnings of words, and where little else is in the text. Pure and quick: it is asked of thousands
 * at each key.
 */
export function score(query: string, text: string): number {
  if (query === "") return 1;
  const whole = text.indexOf(query);
  if (whole >= 0) return wholeScore(query, text, whole);
  let [points, at, streak] = [0, 0, 0];
  for (let index = 0; index < query.length; index++) {
    const found = text.indexOf(query.charAt(index), at);
    if (found < 0) return 0;
    streak = found === at && index > 0 ? streak + 1 : 0;
    points += 1 + streak * 2 + (isWordStart(text, found) ? 4 : 0);
    at = found + 1;
  }
  return points / (text.length + 20);
}

/** Found in one piece is better than anything in several. */
const wholeBonus = 10;

function wholeScore(query: string, text: string, at: number): number {
  const start = at === 0 ? 4 : isWordStart(text, at) ? 2 : 0;
  return wholeBonus + start + query.length / text.length;
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || !/[a-z0-9]/.test(text.charAt(at - 1));
}

export interface Scored<T> {
  readonly item: T;
  readonly points: number;
}

/** Of all words of a query each has to fit; the best come first, of equal ones the earlier. */
export function best<T extends { readonly search: string }>(
  query: string,
  items: Iterable<T>,
  limit: number,
): readonly T[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const found: Scored<T>[] = [];
  for (const item of items) {
    const points = total(words, item.search);
    if (points > 0) keep(found, { item, points }, limit);
  }
  return found.map(({ item }) => item);
}

function total(words: readonly string[], text: string): number {
  let sum = 0.001;
  for (const word of words) {
    const points = score(word, text);
    if (points === 0) return 0;
    sum += points;
  }
  return sum;
}

/** Keeps the best in order: the list is short, so it is not sorted but inserted into. */
function keep<T>(found: Scored<T>[], next: Scored<T>, limit: number): void {
  const last = found.at(-1);
  if (found.length === limit && last !== undefined && last.points >= next.points) return;
  let at = found.length;
  while (at > 0 && (found[at - 1]?.points ?? 0) < next.points) at--;
  found.splice(at, 0, next);
  if (found.length > limit) found.pop();
}
