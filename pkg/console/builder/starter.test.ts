import { expect, it } from "vitest";
import { openTestApi } from "../../../test/support/test-api.ts";
import { kinds } from "../../api/index.ts";
import { manifestOf } from "./starter.ts";

const applied = {
  apiVersion: "plush.dev/v1",
  kind: "Application",
  metadata: { name: "web", namespace: "default", labels: { team: "a" } },
  spec: {
    components: [
      { name: "servers", replicas: 2, software: ["site"], resources: { attributes: [{ name: "cpu.cores", min: 2 }] } },
    ],
    phases: [
      { name: "load", processes: [{ name: "fill", command: ["sh", "-c", "true"], restartPolicy: "Never" }] },
      {
        name: "serve",
        after: ["load"],
        processes: [{ name: "serve", command: ["sleep", "1h"], restartPolicy: "Always" }],
      },
    ],
  },
} as const;

it("an object that was applied is its manifest again, without what the server filled in", async () => {
  const { user } = await openTestApi();
  const key = { namespace: "default", name: "web" };
  const body = structuredClone(applied) as never;
  const stored = await user.patch(
    kinds.Application,
    key,
    { type: "apply", body },
    { fieldManager: "plush", force: true },
  );
  expect(stored.spec.components[0]).toHaveProperty("everyResource");
  expect(manifestOf(stored)).toEqual(applied);
});

it("an object that was made otherwise is all that it says, without its status", async () => {
  const { user } = await openTestApi();
  const stored = await user.create(kinds.Application, structuredClone(applied) as never);
  const manifest = manifestOf(stored);
  expect(manifest).toMatchObject(applied);
  expect(Object.keys(manifest)).toEqual(["apiVersion", "kind", "metadata", "spec"]);
  expect(manifest).not.toHaveProperty(["metadata", "uid"]);
  const again = { ...manifest, metadata: { ...applied.metadata, name: "again" } };
  const copy = await user.create(kinds.Application, again as never);
  expect(copy.spec).toEqual(stored.spec);
});
