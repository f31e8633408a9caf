import { type EmulatedFault, type EmulatedProvider, invalidValue, type ResourcePool } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { exactlyOne, positiveDuration, unique } from "./checks.ts";
import { positiveQuantity } from "./run-rules.ts";

const field = "spec.provider.emulated";

/** The delay line has room for no more. */
const maxSites = 100;

/** Links and faults name sites that there are, and machines that there may be. */
export function emulatedRules({ metadata, spec }: ResourcePool): StatusCause[] {
  const { emulated } = spec.provider;
  if (emulated === undefined) return [];
  const { sites } = emulated.topology;
  const names = new Set(sites.map(({ name }) => name));
  return [
    ...(sites.length > maxSites
      ? [invalidValue(`${field}.topology.sites`, sites.length, `must be at most ${maxSites}`)]
      : []),
    ...unique(
      `${field}.topology.sites`,
      "name",
      sites.map(({ name }) => name),
    ),
    ...linkRules(emulated, names),
    ...knownSite(`${field}.topology.serverSite`, emulated.topology.serverSite, names),
    ...emulated.faults.flatMap((fault, index) =>
      faultRules(fault, `${field}.faults[${index}]`, names, metadata.name ?? ""),
    ),
  ];
}

function linkRules({ topology }: EmulatedProvider, names: ReadonlySet<string>): StatusCause[] {
  const pairs = topology.links.map(({ from, to }) => [from, to].sort().join(" and "));
  return [
    ...unique(`${field}.topology.links`, "", pairs),
    ...topology.links.flatMap((link, index) => [
      ...knownSite(`${field}.topology.links[${index}].from`, link.from, names),
      ...knownSite(`${field}.topology.links[${index}].to`, link.to, names),
      ...positiveQuantity(`${field}.topology.links[${index}].bandwidth`, link.bandwidth),
    ]),
  ];
}

function faultRules(fault: EmulatedFault, at: string, names: ReadonlySet<string>, pool: string): StatusCause[] {
  const isOwn = fault.host === undefined || fault.host.startsWith(`${pool}-`);
  return [
    ...exactlyOne(at, { host: fault.host, site: fault.site }),
    ...knownSite(`${at}.site`, fault.site, names),
    ...(isOwn
      ? []
      : [invalidValue(`${at}.host`, fault.host ?? "", `machines of this pool are called ${pool}-1, ${pool}-2, …`)]),
    ...positiveDuration(`${at}.for`, fault.for),
  ];
}

function knownSite(at: string, name: string | undefined, names: ReadonlySet<string>): StatusCause[] {
  if (name === undefined || names.has(name)) return [];
  return [invalidValue(at, name, "is no site of the topology")];
}
