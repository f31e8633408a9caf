import { allKinds, hasVerb, type KindInfo } from "../../api/index.ts";

/** Kinds whose objects can be listed and followed, by their plurals; views last, whose names others have too. */
export const shownKinds: readonly KindInfo[] = allKinds
  .filter((kind) => kind.createOnly !== true && hasVerb(kind, "list") && hasVerb(kind, "watch"))
  .toSorted((a, b) => rank(a) - rank(b) || (a.plural < b.plural ? -1 : 1));

/** What stands for machines and applications comes before what every cluster has. */
function rank({ group, viewOf }: KindInfo): number {
  if (viewOf !== undefined) return 2;
  return group === "plush.dev" ? 0 : 1;
}

export function kindOfPlural(plural: string): KindInfo | undefined {
  return shownKinds.find((kind) => kind.plural === plural);
}

/** Whether it has a state that its tables show in words. */
export function isStateColumn(name: string): boolean {
  return name === "State" || name === "Status";
}
