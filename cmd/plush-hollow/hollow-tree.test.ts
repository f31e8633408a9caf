import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { HollowFleet } from "../../pkg/agent/index.ts";
import { certifyKey, ensureAgentPki } from "../../pkg/auth/index.ts";
import { systemClock } from "../../pkg/clock/index.ts";
import { type Fabric, makeFabric } from "../../pkg/fabric/index.ts";
import { silentLogger } from "../../pkg/log/index.ts";
import { Metrics } from "../../pkg/metrics/index.ts";
import { serverName } from "../../pkg/protocol/index.ts";
import { makeSealKeys, seal } from "../../pkg/seal/index.ts";
import { hollowConnector } from "./hollow-connector.ts";

const names = Array.from({ length: 12 }, (_, index) => `hollow-${index + 1}`);
const fanOut = 3;
const soon = { timeout: 20_000, interval: 20 };
let fleet: HollowFleet;
let fabric: Fabric;

beforeAll(async () => {
  const directory = mkdtempSync("/tmp/plush-hollow-");
  const socket = join(directory, "s");
  fleet = new HollowFleet({ names });
  await fleet.listen(socket);
  const keys = makeSealKeys();
  const { authority, server } = await ensureAgentPki(directory, { name: serverName, now: Date.now() });
  const days = 30;
  fabric = makeFabric({
    clock: systemClock,
    log: silentLogger,
    metrics: new Metrics(),
    blobs: { open: async () => undefined },
    signDocument: (bytes) => seal(Buffer.from(bytes).toString("utf8"), keys.privateKey).signature,
    serverKey: keys.publicKey,
    clusterUid: "cluster",
    term: 1,
    agentBundle: { version: "hollow" },
    random: Math.random,
    tree: {
      authority: authority.certificate,
      server,
      certify: (name, publicKey) => certifyKey(authority, { name, publicKey, days, now: Date.now() }),
      certificateMs: days * 86_400_000,
    },
  });
  for (const name of names) {
    fabric.attach({
      resourceUid: name,
      resourceName: name,
      fingerprint: "",
      connector: hollowConnector([socket], name),
      address: name,
      detection: { beatMs: 500, missed: 3, probeMs: 300 },
      orphanAfterMs: 600_000,
      tree: { group: "lab", fanOut, port: 0, site: "" },
    });
  }
  return async () => {
    await fabric.close();
    await fleet.close();
    rmSync(directory, { recursive: true, force: true });
  };
});

/** The parent of each machine that is reached through one. */
function parents(): ReadonlyMap<string, string> {
  return new Map(
    names.flatMap((name) => {
      const seen = fabric.observe(name);
      const parent = seen.state === "connected" ? seen.tree?.parent : undefined;
      return parent === undefined ? [] : [[name, parent] as const];
    }),
  );
}

const isGrown = (): Promise<void> => expect.poll(() => parents().size, soon).toBe(names.length - fanOut);

test("hollow machines have places in the tree; where a parent is off, or silent, its children are reached otherwise", async () => {
  for (const fault of ["off", "silent"] as const) {
    await isGrown();
    const [parent = ""] = parents().values();
    const children = [...parents()].flatMap(([child, of]) => (of === parent ? [child] : []));
    fleet.inflict(fault, parent);
    const isElsewhere = (name: string): boolean =>
      parents().get(name) !== parent && fabric.observe(name).state === "connected";
    await expect.poll(() => children.every(isElsewhere), soon).toBe(true);
    fleet.inflict("heal", parent);
    await expect.poll(() => names.every((name) => fabric.observe(name).state === "connected"), soon).toBe(true);
  }
  await isGrown();
}, 60_000);
