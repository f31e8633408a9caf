/**
 * Compares versions number by number, and what is no number as text: 6.1.12 is above 6.1.9, 6.1.0-18-amd64 above 6.1, and
 * 2.0-rc1 below 2.0, as what comes before a release is. Below 0: left is older; 0: they are as good as the same.
 */
export function compareVersions(left: string, right: string): number {
  const [ours, theirs] = [partsOf(left), partsOf(right)];
  for (let at = 0; at < Math.max(ours.length, theirs.length); at++) {
    const difference = compareParts(ours[at], theirs[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

type Part = string | number;

function partsOf(version: string): readonly Part[] {
  const parts =
    version
      .toLowerCase()
      .replace(/^v(?=\d)/, "")
      .match(/\d+|[a-z]+/g) ?? [];
  return parts.map((part) => (/^\d/.test(part) ? Number(part) : part));
}

const beforeRelease: ReadonlySet<Part | undefined> = new Set(["alpha", "beta", "dev", "pre", "preview", "rc"]);

/** What is not there counts as 0, so that 6.1 is 6.1.0. */
function compareParts(left: Part | undefined, right: Part | undefined): number {
  const order = rank(left) - rank(right);
  if (order !== 0) return order;
  if (typeof left === "number" || typeof right === "number") return Number(left ?? 0) - Number(right ?? 0);
  if (left === undefined || right === undefined || left === right) return 0;
  return left < right ? -1 : 1;
}

function rank(part: Part | undefined): number {
  if (beforeRelease.has(part)) return 0;
  return typeof part === "string" ? 2 : 1;
}
