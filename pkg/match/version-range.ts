/** Versions as Semantic Versioning 2.0 orders them, and ranges as npm writes them. */
interface Version {
  readonly parts: readonly [number, number, number];
  /** Empty of a release. */
  readonly pre: readonly string[];
}

interface Bound {
  readonly operator: ">=" | "<" | ">" | "<=";
  readonly version: Version;
}

const versionPattern = /^v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
const comparatorPattern =
  /^(>=|<=|>|<|=|\^|~)?v?(\d{1,9}|[xX*])(?:\.(\d{1,9}|[xX*]))?(?:\.(\d{1,9}|[xX*]))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

/** Whether a text is a range: "1.x", "^1.2", ">=1.2 <3 || 4.0.0". */
export function isVersionRange(text: string): boolean {
  return readRange(text) !== undefined;
}

/**
 * The tag with the newest version in the range; tags that are no version do not count. Versions before a release are
 * taken only where a bound of the range names one of the same release.
 */
export function newestInRange(range: string, tags: readonly string[]): string | undefined {
  const sets = readRange(range) ?? [];
  let best: { readonly tag: string; readonly version: Version } | undefined;
  for (const tag of tags) {
    const version = readVersion(tag);
    if (version === undefined || !sets.some((bounds) => isWithin(version, bounds))) continue;
    if (best === undefined || compare(version, best.version) > 0) best = { tag, version };
  }
  return best?.tag;
}

function readRange(text: string): readonly (readonly Bound[])[] | undefined {
  const sets = text.split("||").map((part) => readSet(part.trim()));
  return sets.some((set) => set === undefined) ? undefined : sets.flatMap((set) => (set === undefined ? [] : [set]));
}

function readSet(text: string): readonly Bound[] | undefined {
  const words = text.replace(/(>=|<=|>|<|=|\^|~)\s+/g, "$1").split(/\s+/);
  const bounds = words.map(readComparator);
  if (text === "" || bounds.some((one) => one === undefined)) return undefined;
  return bounds.flatMap((one) => one ?? []);
}

/** A comparator as bounds: ^1.2 is >=1.2.0 <2.0.0. */
function readComparator(word: string): readonly Bound[] | undefined {
  const match = comparatorPattern.exec(word);
  if (match === null) return undefined;
  const [, operator = "", ...rest] = match;
  const given = rest.slice(0, 3).map((part) => (part === undefined || /[xX*]/.test(part) ? undefined : Number(part)));
  const [major = 0, minor = 0, patch = 0] = given;
  const known = given.indexOf(undefined);
  const precision = known < 0 ? 3 : known;
  const low: Version = { parts: [major, minor, patch], pre: rest[3] === undefined ? [] : rest[3].split(".") };
  const from: Bound = { operator: ">=", version: low };
  /** The first version that has another number at `index`. */
  const until = (index: number): readonly Bound[] => (index < 0 ? [] : [{ operator: "<", version: next(low, index) }]);
  switch (operator) {
    case ">=":
      return [from];
    case "<":
      return [{ operator: "<", version: low }];
    case ">":
      return precision === 3
        ? [{ operator: ">", version: low }]
        : [{ operator: ">=", version: next(low, precision - 1) }];
    case "<=":
      return precision === 3 ? [{ operator: "<=", version: low }] : until(precision - 1);
    case "^":
      return [from, ...until(Math.min(leading([major, minor, patch]), Math.max(precision - 1, 0)))];
    case "~":
      return [from, ...until(Math.min(1, precision - 1))];
    default:
      return precision === 3 ? [from, { operator: "<=", version: low }] : [from, ...until(precision - 1)];
  }
}

/** Which number of a version has to stay under ^: the first that is not 0. */
function leading(parts: readonly [number, number, number]): number {
  const index = parts.findIndex((part) => part > 0);
  return index < 0 ? 2 : index;
}

function next({ parts: [major, minor, patch] }: Version, index: number): Version {
  const parts: Version["parts"] =
    index <= 0 ? [major + 1, 0, 0] : index === 1 ? [major, minor + 1, 0] : [major, minor, patch + 1];
  // Versions before that release are not in the range either.
  return { parts, pre: ["0"] };
}

function readVersion(text: string): Version | undefined {
  const match = versionPattern.exec(text);
  if (match === null) return undefined;
  const [, major, minor = "0", patch = "0", pre] = match;
  return { parts: [Number(major), Number(minor), Number(patch)], pre: pre === undefined ? [] : pre.split(".") };
}

function isWithin(version: Version, bounds: readonly Bound[]): boolean {
  const isNamed = bounds.some(
    (bound) => bound.operator !== "<" && bound.version.pre.length > 0 && compareParts(bound.version, version) === 0,
  );
  if (version.pre.length > 0 && !isNamed) return false;
  return bounds.every(({ operator, version: bound }) => {
    const order = compare(version, bound);
    return operator === ">=" ? order >= 0 : operator === ">" ? order > 0 : operator === "<" ? order < 0 : order <= 0;
  });
}

function compareParts(left: Version, right: Version): number {
  return left.parts[0] - right.parts[0] || left.parts[1] - right.parts[1] || left.parts[2] - right.parts[2];
}

function compare(left: Version, right: Version): number {
  return compareParts(left, right) || comparePre(left.pre, right.pre);
}

/** A release is newer than what came before it. */
function comparePre(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return right.length - left.length;
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = compareWord(left[index] ?? "", right[index] ?? "");
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Numbers by their value, before words. */
function compareWord(left: string, right: string): number {
  const [isLeft, isRight] = [/^\d+$/.test(left), /^\d+$/.test(right)];
  if (isLeft && isRight) return Number(left) - Number(right);
  if (isLeft !== isRight) return isLeft ? -1 : 1;
  return left < right ? -1 : left > right ? 1 : 0;
}
