import type { AllocationView, MachineView, MatchRequest } from "../machine-view.ts";

/** An empty machine that will do for everything. */
export function aMachine(name: string, over: Partial<MachineView> = {}): MachineView {
  return {
    name,
    uid: `uid-${name}`,
    pool: "lab",
    accessNamespaces: ["*"],
    unschedulable: false,
    deleting: false,
    quarantined: false,
    ready: true,
    labels: {},
    attributes: {},
    taints: [],
    allocatable: { cpuMillis: 4000, memoryBytes: 1000 },
    allocations: [],
    residue: [],
    separatesUsers: false,
    ...over,
  };
}

/** Asks for nothing. */
export function aRequest(over: Partial<MatchRequest> = {}): MatchRequest {
  return {
    namespace: "default",
    component: "web",
    pools: [],
    attributes: [],
    spread: [],
    tolerations: [],
    requests: {},
    ports: [],
    perMachine: 1,
    dedicated: false,
    avoid: {},
    ...over,
  };
}

/** Takes up nothing. */
export function aClaim(claimName: string, over: Partial<AllocationView> = {}): AllocationView {
  return {
    claimUid: `uid-${claimName}`,
    claimName,
    namespace: "default",
    component: "other",
    requests: {},
    ports: [],
    dedicated: false,
    ...over,
  };
}
