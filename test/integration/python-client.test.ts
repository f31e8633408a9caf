import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PlushServer, runProgram } from "../support/plush-server.ts";
import { findPython } from "../support/programs.ts";

const python = findPython("kubernetes");

// Debian's python3-kubernetes, unmodified, against the server as its users run it.
describe.skipIf(python === undefined)("the dynamic client of Python", () => {
  const home = mkdtempSync(join(tmpdir(), "plush-python-"));
  const server = new PlushServer(join(home, "data"), home, ["--history-max-age", "1s"]);
  const said = new Map<string, Record<string, unknown>>();

  beforeAll(async () => {
    await server.start();
    const program = join(import.meta.dirname, "python/dynamic_client.py");
    const args = ["-B", program, server.kubeconfig, join(home, "discovery.json")];
    const { stdout, stderr, code } = await runProgram(python ?? "", args, { env: server.environment() });
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    for (const line of stdout.trim().split("\n")) {
      const { step, ...facts } = JSON.parse(line);
      said.set(step, facts);
    }
  });

  afterAll(async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it.each([
    ["version", { major: "1" }],
    // The list of a merge patch is the whole list: the second apply is a second generation.
    ["apply", { replicas: 3, generation: 2, found: ["web"], scale: 3, status: "Application" }],
    [
      "errors",
      {
        missing: { status: 404, reason: "NotFound" },
        invalid: { status: 422, reason: "Invalid" },
        conflict: { status: 409, reason: "Conflict" },
      },
    ],
    ["watch", { seen: ["ADDED a 1", "ADDED b 1", "ADDED c 1", "MODIFIED a 2", "DELETED b 1"] }],
    ["deletecollection", { left: ["c"] }],
    [
      "expired",
      {
        watch: { status: 410, reason: "Expired" },
        once: { status: 410, reason: "Expired" },
      },
    ],
  ])("%s", (step, expected) => {
    expect(said.get(step)).toEqual(expected);
  });
});
