import { afterAll, beforeAll, expect, test } from "vitest";
import { kinds } from "../../pkg/api/index.ts";
import { startHollowServer } from "../support/hollow-server.ts";

const machines = 120;
const members = 100;
let world: Awaited<ReturnType<typeof startHollowServer>>;

beforeAll(async () => {
  world = await startHollowServer(machines);
});

afterAll(() => world.close());

async function claims() {
  const { items } = await world.api.list(kinds.Claim, { namespace: "default" });
  return items;
}

async function readyOn(): Promise<readonly string[]> {
  return (await claims()).filter(({ status }) => status?.state === "Ready").map(({ spec }) => spec.resourceName ?? "");
}

test("hollow agents connect, bring an application up, and are replaced where they fall silent", {
  timeout: 600_000,
}, async () => {
  await world.makePool();
  await expect
    .poll(
      async () => (await world.api.list(kinds.Resource)).items.filter(({ status }) => status?.state === "Free").length,
      {
        timeout: 240_000,
      },
    )
    .toBe(machines);
  await world.api.create(kinds.Application, {
    apiVersion: "plush.dev/v1",
    kind: "Application",
    metadata: { name: "service", namespace: "default" },
    spec: {
      components: [{ name: "members", replicas: members }],
      phases: [
        { name: "serve", processes: [{ name: "serve", command: ["hollow", "start=5"], restartPolicy: "Always" }] },
      ],
    },
  } as never);
  await expect.poll(async () => (await readyOn()).length, { timeout: 240_000 }).toBe(members);
  const lost = [...(await readyOn())].slice(0, 10);
  world.fleet.inflict("silent", ...lost);
  await expect
    .poll(async () => (await readyOn()).filter((name) => !lost.includes(name)).length, { timeout: 240_000 })
    .toBe(members);
  expect((await claims()).filter(({ spec }) => (spec.epoch ?? 0) > 1)).toHaveLength(10);
  world.fleet.inflict("heal", ...lost);
  await expect
    .poll(
      async () => {
        const { items } = await world.api.list(kinds.Resource);
        const healed = items.filter(({ metadata }) => lost.includes(metadata.name ?? ""));
        // Of one that is not clean all of its status, to be seen where it never becomes so.
        return healed.flatMap(({ status }) => ((status?.residue ?? []).length > 0 ? [status] : []));
      },
      { timeout: 240_000 },
    )
    .toEqual([]);
});
