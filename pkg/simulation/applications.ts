import type { KubeObject } from "../api/index.ts";
import type { Random } from "./random.ts";

export const namespace = "default";

/** What the user of a simulated world wants, as manifests say it. */
export interface WantedApplication {
  readonly name: string;
  readonly component: string;
  readonly replicas: number;
  /** Whether it ends by itself. */
  readonly isBatch: boolean;
  /** Of an ordinal nothing runs twice at any instant; its work ends where no lease can be had. */
  readonly isFenced: boolean;
  readonly phases: readonly WantedPhase[];
  readonly manifest: KubeObject;
}

export interface WantedPhase {
  readonly name: string;
  readonly after: readonly string[];
  /** How many members its barrier asks for; absent: all. */
  readonly sufficient?: number;
}

const fencing = { leaseDuration: "15s" };

const recovery = { maxReplacements: 1000, process: { maxRestarts: 1000 } };

/** Three applications: a service behind a barrier, a chain of batch phases, a fenced service whose barrier opens early. */
export function drawApplications(random: Random): readonly WantedApplication[] {
  return [web(random.between(2, 3)), batch(random.between(1, 3)), quorum(random.between(2, 3))];
}

export function poolManifest(machines: readonly string[]): KubeObject {
  return object("ResourcePool", "lab", {
    provider: { static: { hosts: machines.map((name) => ({ name, address: name })) } },
  });
}

export function softwareManifest(): KubeObject {
  return object("Software", "pack", { source: { blob: `sha256:${"b".repeat(64)}` } }, namespace);
}

function web(replicas: number): WantedApplication {
  const phases = [
    phase({ name: "configure", after: [], restartPolicy: "Never" }),
    phase({ name: "serve", after: ["configure"], restartPolicy: "Always" }),
  ];
  return wanted({ name: "web", component: "servers", replicas, isBatch: false, phases, more: { spares: 1 } });
}

function batch(replicas: number): WantedApplication {
  const phases = [
    phase({ name: "prepare", after: [], restartPolicy: "Never" }),
    phase({ name: "compute", after: ["prepare"], restartPolicy: "Never" }),
    phase({ name: "gather", after: ["compute"], restartPolicy: "Never" }),
  ];
  return wanted({ name: "batch", component: "workers", replicas, isBatch: true, phases, more: {} });
}

function quorum(replicas: number): WantedApplication {
  const phases = [
    phase({ name: "join", after: [], restartPolicy: "OnFailure", sufficient: replicas - 1 }),
    phase({ name: "run", after: ["join"], restartPolicy: "Always" }),
  ];
  return wanted({ name: "quorum", component: "members", replicas, isBatch: false, phases, more: { fencing } });
}

function phase(parts: {
  readonly name: string;
  readonly after: readonly string[];
  readonly restartPolicy: "Always" | "OnFailure" | "Never";
  readonly sufficient?: number;
}): WantedPhase & { readonly spec: object } {
  const { name, after, restartPolicy, sufficient } = parts;
  const processes = [{ name, command: [name], restartPolicy }];
  if (sufficient === undefined) return { name, after, spec: { name, after, processes } };
  return { name, after, sufficient, spec: { name, after, processes, barrier: { release: { count: sufficient } } } };
}

function wanted(parts: {
  readonly name: string;
  readonly component: string;
  readonly replicas: number;
  readonly isBatch: boolean;
  readonly phases: readonly (WantedPhase & { readonly spec: object })[];
  readonly more: object;
}): WantedApplication {
  const { name, component, replicas, isBatch, more } = parts;
  const phases = parts.phases.map(({ spec }) => spec);
  const resources = { pool: "lab", requests: { cpu: "700m" } };
  const spec = {
    components: [{ name: component, replicas, software: ["pack"], resources, ...more }],
    phases,
    recovery,
  };
  return {
    name,
    component,
    replicas,
    isBatch,
    isFenced: "fencing" in more,
    phases: parts.phases,
    manifest: object("Application", name, spec, namespace),
  };
}

function object(kind: string, name: string, spec: object, within?: string): KubeObject {
  const metadata = { name, ...(within !== undefined && { namespace: within }) };
  return { apiVersion: "plush.dev/v1", kind, metadata, spec } as KubeObject;
}
