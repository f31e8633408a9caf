/** A name in pieces: texts at even places, numbers, or folded ranges of them, at odd ones. */
type Pieces = readonly string[];

/**
 * "n[1-3,7],web[1-2]-[0-4]": names that differ in their numbers alone as one, as clush and pools' host patterns write
 * them. Every name stands for itself once; the order does not matter.
 */
export function foldNames(names: Iterable<string>): string {
  const sorted = [...new Set(names)].sort(byName);
  let all: readonly Pieces[] = sorted.map((name) => name.split(/(\d+)/));
  const places = Math.max(0, ...all.map(({ length }) => length));
  // Numbers at the end of names vary most.
  for (let place = lastOdd(places - 1); place > 0; place -= 2) all = foldPlace(all, place);
  return all.map((pieces) => pieces.join("")).join(",");
}

/** n2 comes before n10. */
export function byName(left: string, right: string): number {
  return left.localeCompare(right, "en", { numeric: true });
}

function lastOdd(number: number): number {
  return number % 2 === 1 ? number : number - 1;
}

/** Makes one of all that differ at this place alone. */
function foldPlace(all: readonly Pieces[], place: number): readonly Pieces[] {
  const groups = new Map<string, Pieces[]>();
  for (const pieces of all) {
    const key = JSON.stringify(place < pieces.length ? pieces.with(place, "") : pieces);
    const group = groups.get(key) ?? [];
    group.push(pieces);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length === 1) return group;
    return [first.with(place, rangesOf(group.map((pieces) => pieces[place] ?? "")))];
  });
}

/** "[1-3,7]". Numbers with leading zeros are written as long as they are: 08, 09, 10 are one range, 8 and 09 are not. */
function rangesOf(numbers: readonly string[]): string {
  const ranges: { first: string; last: string }[] = [];
  for (const number of numbers.toSorted((left, right) => Number(left) - Number(right) || left.length - right.length)) {
    const range = ranges.at(-1);
    if (range !== undefined && follows(range, number)) range.last = number;
    else ranges.push({ first: number, last: number });
  }
  return `[${ranges.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(",")}]`;
}

function follows({ first, last }: { readonly first: string; readonly last: string }, number: string): boolean {
  const isNext = Number(number) === Number(last) + 1;
  const width = first.startsWith("0") ? first.length : 0;
  return isNext && number === String(Number(number)).padStart(width, "0");
}
