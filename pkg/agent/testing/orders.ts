import type { AgentDocument, ClaimOrder, ProcessOrder, SoftwareOrder } from "../../protocol/index.ts";

// Several files' agents share this machine, and find what runs by these in its environment: each test process has its own.
export const claimUid = `c1-${process.pid}`;
export const processUid = `p1-${process.pid}`;
export const otherUid = `p2-${process.pid}`;

/** Orders as the server makes them, with the defaults of manifests; a test names what matters to it. */
export function processOrder(change: Partial<ProcessOrder> = {}): ProcessOrder {
  return {
    uid: processUid,
    name: "app-serve-server-0",
    phase: "serve",
    process: "server",
    revision: "r1",
    epoch: 1,
    intent: "Run",
    catchUp: false,
    argv: ["sleep", "1000"],
    env: [],
    workingDir: ".",
    restartPolicy: "Always",
    ports: [],
    stop: { delayMs: 0, signal: "TERM", timeoutMs: 2000 },
    limits: {},
    log: { maxSizeBytes: 1 << 20, keep: 2 },
    withinMs: 600_000,
    resetAfterMs: 600_000,
    ...change,
  };
}

export function claimOrder(change: Partial<ClaimOrder> = {}): ClaimOrder {
  return {
    uid: claimUid,
    namespace: "default",
    name: "app-servers-0",
    application: "app",
    component: "servers",
    ordinal: 0,
    epoch: 1,
    intent: "Run",
    software: [],
    processes: [processOrder()],
    peers: { revision: 1, components: {} },
    cleanup: { timeoutMs: 5000 },
    ...change,
  };
}

export function softwareOrder(change: Partial<SoftwareOrder> = {}): SoftwareOrder {
  return { name: "pack", strip: 0, timeoutMs: 10_000, ...change };
}

export function documentOf(claims: readonly ClaimOrder[], change: Partial<AgentDocument> = {}): AgentDocument {
  return {
    clusterUid: "cluster",
    resourceUid: "resource",
    resourceName: "m1",
    term: 1,
    generation: 1,
    claims,
    ...change,
  };
}
