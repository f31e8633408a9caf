import { kinds, labels, type Resource } from "../../pkg/api/index.ts";
import type { TestServer } from "./test-api.ts";

export interface MadeMachine {
  readonly name: string;
  readonly pool?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly location?: { readonly latitude: number; readonly longitude: number };
  readonly status?: Resource["status"];
}

/** Machines and their pools as the server's controllers would write them down; there is none behind any of them. */
export async function makeMachines(server: TestServer, machines: readonly MadeMachine[]): Promise<void> {
  for (const name of new Set(machines.map(({ pool = "lab" }) => pool)))
    await server.controller.create(kinds.ResourcePool, {
      ...{ apiVersion: "plush.dev/v1", kind: "ResourcePool", metadata: { name } },
      spec: { provider: { static: { hosts: [{ address: "192.0.2.1" }] } }, ssh: { user: "nobody" } },
    } as never);
  const make = async (machine: MadeMachine, index: number): Promise<void> => {
    const { name, pool = "lab", labels = {}, location, status } = machine;
    await server.controller.create(kinds.Resource, {
      ...{ apiVersion: "plush.dev/v1", kind: "Resource", metadata: { name } },
      spec: {
        ...{ poolName: pool, address: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, labels },
        ...(location !== undefined && { location }),
      },
    } as Resource);
    await setStatus(server, name, status ?? { state: "Free" });
  };
  // Together: what is asked at the same time is committed in one transaction.
  for (let start = 0; start < machines.length; start += 500)
    await Promise.all(machines.slice(start, start + 500).map((machine, index) => make(machine, start + index)));
}

export async function setStatus(server: TestServer, name: string, status: Resource["status"]): Promise<void> {
  const patch = { type: "merge", body: { status } } as const;
  await server.controller.patch(kinds.Resource, { namespace: "", name }, patch, { subresource: "status" });
}

/** A member of an application, bound to a machine. */
export async function placeMember(server: TestServer, machine: string, application: string): Promise<void> {
  const name = `${application}-server-${machine}`;
  const { controller } = server;
  await controller.create(kinds.Claim, {
    ...{ apiVersion: "plush.dev/v1", kind: "Claim" },
    metadata: { name, namespace: "default", labels: { [labels.application]: application } },
    spec: { component: "server", requests: { cpu: "2", memory: "4Gi" } },
  } as never);
  const { metadata } = await controller.get(kinds.Resource, { namespace: "", name: machine });
  const binding = { apiVersion: "plush.dev/v1", kind: "Binding", resourceName: machine, resourceUid: metadata.uid };
  await controller.post(kinds.Claim, { namespace: "default", name }, "binding", { ...binding, epoch: 1 });
  const ready = { type: "merge", body: { status: { state: "Ready", resourceName: machine, epoch: 1 } } } as const;
  await controller.patch(kinds.Claim, { namespace: "default", name }, ready, { subresource: "status" });
}

const cities = [
  ["paris", 48.9, 2.4],
  ["frankfurt", 50.1, 8.7],
  ["london", 51.5, -0.1],
  ["madrid", 40.4, -3.7],
  ["virginia", 38.9, -77.5],
  ["oregon", 45.8, -119.7],
  ["montreal", 45.5, -73.6],
  ["dallas", 32.8, -96.8],
] as const;

/** So many machines at eight sites on two continents, most of them well. */
export function worldOfMachines(count: number, isPlaced = true): readonly MadeMachine[] {
  return Array.from({ length: count }, (_, index): MadeMachine => {
    const [site, latitude, longitude] = cities[index % cities.length] ?? cities[0];
    const number = Math.floor(index / cities.length) + 1;
    return {
      ...{ name: `${site}-${number}`, pool: index % cities.length < 4 ? "europe" : "america", labels: { site } },
      ...(isPlaced && { location: { latitude, longitude } }),
      status: statusOf(index, site, number),
    };
  });
}

function statusOf(index: number, site: string, number: number): NonNullable<Resource["status"]> {
  const odd = (index * 7919) % 97;
  const state =
    odd === 3
      ? "Unreachable"
      : odd === 11
        ? "Degraded"
        : odd === 17
          ? "Bootstrapping"
          : odd % 3 === 0
            ? "Claimed"
            : "Free";
  return {
    state,
    allocatable: { cpu: 8, memory: "16Gi" },
    attributes: {
      ...{ "cpu.cores": 8, "load.1m": (odd % 13) / 1.2, "memory.total": 16 * 2 ** 30 },
      ...{ "memory.free": ((odd % 10) / 10) * 16 * 2 ** 30, os: "linux", arch: "x86_64" },
    },
    agent: { version: "sha256:0123456789abcdef", nodeVersion: "20.19.0" },
    roundTrips: number > 1 ? [{ resource: `${site}-1`, ms: odd / 5 }] : [],
    ...(number > 1 && { tree: { parent: `${site}-1`, depth: 2 } }),
    ...(state === "Unreachable" && {
      verdict: "down",
      evidence: "no packet came back for 12 s, while others at the site answer",
    }),
  };
}
