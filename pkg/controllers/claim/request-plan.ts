import {
  type AttributeRequirement,
  annotations,
  type Claim,
  type Component,
  cpuMillis,
  memoryBytes,
  parseQuantity,
  type Requests,
  type ResourcePool,
} from "../../api/index.ts";
import { parseTimestamp } from "../../clock/index.ts";
import {
  type Capacity,
  componentIdentity,
  defaultPools,
  type MatchRequest,
  type AttributeRequirement as Wanted,
} from "../../match/index.ts";

/** Why no machine can even be looked for. */
export interface RequestFault {
  readonly reason: "NoDefaultPool" | "ReferenceNotFound";
  readonly message: string;
}

export interface RequestInput {
  readonly claim: Claim;
  readonly component?: Component;
  readonly pools: readonly ResourcePool[];
  /** The machine that it is bound to is still there, and not to be taken again. */
  readonly isBound: boolean;
  readonly nowAt: number;
}

/** So long a machine is not taken again for a member that failed on it. */
const avoidMs = 600_000;

/** What a claim asks of a machine, as its component says it. */
export function requestOf(input: RequestInput): MatchRequest | RequestFault {
  const { claim, component, pools } = input;
  const { spec } = claim;
  if (spec.componentName !== undefined && component === undefined) {
    return { reason: "ReferenceNotFound", message: `Component ${spec.componentName} is not there` };
  }
  const names = poolNames(claim, component, pools);
  if (!Array.isArray(names)) return names as RequestFault;
  const wanted = component?.spec.resources;
  return {
    namespace: claim.metadata.namespace ?? "",
    component: componentIdentity(spec.componentName, claim.metadata.name ?? ""),
    pools: names,
    ...(wanted?.selector !== undefined && { selector: wanted.selector }),
    attributes: (wanted?.attributes ?? []).map(attributeOf),
    spread: wanted?.spread ?? [],
    tolerations: wanted?.tolerations ?? [],
    requests: capacityOf(spec.requests ?? wanted?.requests),
    ports: spec.ports,
    perMachine: wanted?.perMachine ?? 1,
    dedicated: wanted?.dedicated ?? false,
    avoid: avoided(input),
  };
}

function poolNames(
  claim: Claim,
  component: Component | undefined,
  pools: readonly ResourcePool[],
): string[] | RequestFault {
  if (claim.spec.targetResourceName !== undefined) return [];
  const { pool, pools: several } = component?.spec.resources ?? {};
  const named = several ?? (pool === undefined ? undefined : [pool]);
  const known = new Set(pools.map(({ metadata }) => metadata.name ?? ""));
  if (named !== undefined) {
    if (named.some((name) => known.has(name))) return [...named];
    return { reason: "ReferenceNotFound", message: `ResourcePool ${named.join(", ")} is not there` };
  }
  const defaults = defaultPools(pools);
  if (defaults.length > 0) return [...defaults];
  const message =
    pools.length === 0
      ? "there is no pool: make one with `plush create pool`"
      : `no pool is named, there are several, and none has annotation ${annotations.defaultPool}=true`;
  return { reason: "NoDefaultPool", message };
}

export function capacityOf(requests: Requests | undefined): Capacity {
  const { cpu, memory } = requests ?? {};
  return {
    ...(cpu !== undefined && { cpuMillis: cpuMillis(cpu) }),
    ...(memory !== undefined && { memoryBytes: memoryBytes(memory) }),
  };
}

function attributeOf(requirement: AttributeRequirement): Wanted {
  const { name, min, max, ideal, penalty } = requirement;
  return {
    name,
    ...bounds({ min, max }),
    ...(requirement.in !== undefined && { in: requirement.in }),
    ...(ideal !== undefined && { ideal: bounds(ideal) }),
    penalty,
  };
}

interface Range {
  readonly min?: string | number | undefined;
  readonly max?: string | number | undefined;
}

function bounds({ min, max }: Range): { readonly min?: number; readonly max?: number } {
  const low = min === undefined ? undefined : parseQuantity(min);
  const high = max === undefined ? undefined : parseQuantity(max);
  return { ...(low !== undefined && { min: low }), ...(high !== undefined && { max: high }) };
}

/** The machine that it is on, and those that it was taken from because it failed there. */
function avoided({ claim: { spec, status }, isBound, nowAt }: RequestInput): Readonly<Record<string, string>> {
  const left = (status?.replacements ?? [])
    .filter(({ reason, at }) => isMachineFault(reason) && nowAt - (parseTimestamp(at) ?? 0) < avoidMs)
    .map(({ from, reason }) => [from, reason] as const);
  const here = !isBound || spec.resourceName === undefined ? [] : [[spec.resourceName, "it is there now"] as const];
  return Object.fromEntries([...left, ...here]);
}

function isMachineFault(reason: string): boolean {
  return reason === "InstallFailed" || reason === "CrashLoop" || reason === "Pressure";
}
