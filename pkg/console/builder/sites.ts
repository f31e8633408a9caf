import type { Resource } from "../../api/index.ts";
import type { Match } from "./match.ts";

interface SiteMember {
  readonly name: string;
  readonly isGood: boolean;
  /** Why it will not do. */
  readonly why: string | undefined;
}

/** Machines that were looked at, by their label `site`; sites where most would do come first. */
export function bySite(
  { good, refused }: Match,
  machines: ReadonlyMap<string, Pick<Resource, "spec">>,
): readonly { readonly site: string; readonly members: readonly SiteMember[] }[] {
  const sites = new Map<string, SiteMember[]>();
  for (const name of [...good.keys(), ...refused.keys()].sort()) {
    const site = machines.get(name)?.spec.labels["site"] ?? "";
    const members = sites.get(site) ?? [];
    members.push({ name, isGood: good.has(name), why: refused.get(name) });
    sites.set(site, members);
  }
  const count = (members: readonly SiteMember[]): number => members.filter(({ isGood }) => isGood).length;
  return [...sites]
    .map(([site, members]) => ({ site, members }))
    .sort((one, other) => count(other.members) - count(one.members) || (one.site < other.site ? -1 : 1));
}
