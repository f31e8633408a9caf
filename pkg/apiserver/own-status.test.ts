import { expect, test } from "vitest";
import { openTestApi } from "../../test/support/test-api.ts";
import { kinds, type Process } from "../api/index.ts";

const key = { namespace: "default", name: "web" };
const condition = {
  type: "Ready",
  status: "True" as const,
  reason: "Ready",
  message: "",
  lastTransitionTime: "2026-01-01T00:00:00Z",
};

async function aProcess() {
  const api = await openTestApi();
  const process = await api.user.create(kinds.Process, {
    apiVersion: "plush.dev/v1",
    kind: "Process",
    metadata: { ...key, labels: { app: "web" } },
    spec: { command: ["sleep", "1"], restartPolicy: "Always", resourceName: "n1" },
  } as unknown as Process);
  const write = (status: object, from: Process = process): Promise<Process> =>
    api.controller.update(kinds.Process, { ...from, status } as Process, { subresource: "status" });
  return { ...api, process, write };
}

test("a controller's status changes nothing else, whatever else it sends, and no record of who wrote", async () => {
  const { process, controller, write } = await aProcess();
  const sent = {
    ...process,
    spec: { ...process.spec, command: ["other"] },
    metadata: { ...process.metadata, labels: {} },
  };
  const written = await write({ state: "Ready", restarts: 1, conditions: [condition] }, sent);
  expect(written).toEqual({
    ...process,
    metadata: { ...process.metadata, resourceVersion: String(Number(process.metadata.resourceVersion) + 1) },
    status: { state: "Ready", restarts: 1, conditions: [condition] },
  });
  expect(await controller.get(kinds.Process, key)).toEqual(written);
  expect(Object.isFrozen(written.status?.conditions?.[0])).toBe(true);
});

test("a controller's status that says the same again is no write; one of an older state is refused", async () => {
  const { process, write } = await aProcess();
  const first = await write({ state: "Ready" });
  const again = await write({ state: "Ready" }, first);
  expect(again.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  await expect(write({ state: "Exited" }, process)).rejects.toMatchObject({ reason: "Conflict" });
});

test.each([
  ["a field that the kind does not have", { state: "Ready", colour: "red" }, 'unknown field "status.colour"'],
  ["a word that it does not know", { state: "Asleep" }, 'status.state: Unsupported value: "Asleep"'],
  ["a condition without its type", { conditions: [{ ...condition, type: undefined }] }, "status.conditions[0].type"],
])("a controller's status with %s is refused, with all that is wrong with it", async (_what, status, message) => {
  const { controller, process, write } = await aProcess();
  await expect(write(status)).rejects.toThrow(message);
  expect(await controller.get(kinds.Process, key)).toEqual(process);
});

test("a controller makes an object with its first status in one write; what others send of one is left out", async () => {
  const { controller, user, process } = await aProcess();
  const status = { state: "Pending", conditions: [condition] } as const;
  const another = (name: string): Process => {
    const { apiVersion, kind, spec } = process;
    return { apiVersion, kind, metadata: { namespace: "default", name }, spec, status };
  };
  expect((await controller.create(kinds.Process, another("own"))).status).toEqual(status);
  expect((await user.create(kinds.Process, another("theirs"))).status).toBeUndefined();
  const wrong = { ...another("wrong"), status: { state: "Asleep" } } as unknown as Process;
  await expect(controller.create(kinds.Process, wrong)).rejects.toThrow("status.state");
});
