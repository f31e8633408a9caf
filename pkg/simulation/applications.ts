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
  readonly manifest: KubeObject;
}

const recovery = { maxReplacements: 1000, process: { maxRestarts: 1000 } };

/** Three applications: a service behind a barrier, a chain of batch phases, a service of one phase whose barrier opens early. */
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
    { name: "configure", processes: [{ name: "configure", command: ["configure"], restartPolicy: "Never" }] },
    {
      name: "serve",
      after: ["configure"],
      processes: [{ name: "server", command: ["server"], restartPolicy: "Always" }],
    },
  ];
  return wanted({ name: "web", component: "servers", replicas, isBatch: false, phases, more: { spares: 1 } });
}

function batch(replicas: number): WantedApplication {
  const step = (name: string, after: readonly string[]) => ({
    name,
    after,
    processes: [{ name, command: [name], restartPolicy: "Never" }],
  });
  const phases = [step("prepare", []), step("compute", ["prepare"]), step("gather", ["compute"])];
  return wanted({ name: "batch", component: "workers", replicas, isBatch: true, phases, more: {} });
}

function quorum(replicas: number): WantedApplication {
  const phases = [
    {
      name: "join",
      processes: [{ name: "join", command: ["join"], restartPolicy: "OnFailure" }],
      barrier: { release: { count: replicas - 1, timeout: "5m" } },
    },
    {
      name: "run",
      after: ["join"],
      processes: [{ name: "member", command: ["member"], restartPolicy: "Always" }],
    },
  ];
  return wanted({ name: "quorum", component: "members", replicas, isBatch: false, phases, more: {} });
}

function wanted(parts: {
  readonly name: string;
  readonly component: string;
  readonly replicas: number;
  readonly isBatch: boolean;
  readonly phases: readonly object[];
  readonly more: object;
}): WantedApplication {
  const { name, component, replicas, isBatch, phases, more } = parts;
  const resources = { pool: "lab", requests: { cpu: "700m" } };
  const spec = { components: [{ name: component, replicas, software: ["pack"], resources, ...more }], phases, recovery };
  return { name, component, replicas, isBatch, manifest: object("Application", name, spec, namespace) };
}

function object(kind: string, name: string, spec: object, within?: string): KubeObject {
  const metadata = { name, ...(within !== undefined && { namespace: within }) };
  return { apiVersion: "plush.dev/v1", kind, metadata, spec } as KubeObject;
}
