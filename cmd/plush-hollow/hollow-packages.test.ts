import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { HollowFleet } from "../../pkg/agent/index.ts";
import { claimOrder, documentOf, softwareOrder } from "../../pkg/agent/testing/orders.ts";
import { certifyKey, ensureAgentPki } from "../../pkg/auth/index.ts";
import { systemClock } from "../../pkg/clock/index.ts";
import { makeFabric } from "../../pkg/fabric/index.ts";
import { silentLogger } from "../../pkg/log/index.ts";
import { Metrics } from "../../pkg/metrics/index.ts";
import { serverName } from "../../pkg/protocol/index.ts";
import { makeSealKeys, seal } from "../../pkg/seal/index.ts";
import { hollowConnector } from "./hollow-connector.ts";

const names = Array.from({ length: 9 }, (_, index) => `hollow-${index + 1}`);
/** So many of a group get a package from the server. */
const seeds = 4;
/** Of several chunks. */
const content = randomBytes(1_200_000);
const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;

test("hollow machines fetch packages from the server and from each other, and keep what was sent", async () => {
  const directory = mkdtempSync("/tmp/plush-hollow-");
  const packagesIn = join(directory, "packages");
  const socket = join(directory, "s");
  const fleet = new HollowFleet({ names, packagesIn });
  await fleet.listen(socket);
  const keys = makeSealKeys();
  const { authority, server } = await ensureAgentPki(directory, { name: serverName, now: Date.now() });
  const days = 30;
  const metrics = new Metrics();
  const fabric = makeFabric({
    clock: systemClock,
    log: silentLogger,
    metrics,
    blobs: { open: async (_, offset) => ({ size: content.length, stream: Readable.from([content.subarray(offset)]) }) },
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
  onTestFinished(async () => {
    await fabric.close();
    await fleet.close();
    rmSync(directory, { recursive: true, force: true });
  });
  for (const [index, name] of names.entries()) {
    fabric.attach({
      resourceUid: name,
      resourceName: name,
      fingerprint: "",
      connector: hollowConnector([socket], name),
      address: `127.72.0.${index + 1}`,
      detection: { beatMs: 500, missed: 3, probeMs: 300 },
      orphanAfterMs: 600_000,
      packages: { group: "lab", site: "", port: 0, uploads: 4 },
    });
    const software = [softwareOrder({ name: "pack", digest, format: "file", fileName: "data" })];
    const claims = [claimOrder({ uid: `claim-${name}`, software, processes: [] })];
    fabric.setDocument({ ...documentOf(claims, { generation: 1 }), resourceUid: name, resourceName: name });
  }
  const isConfigured = (name: string): boolean => {
    const seen = fabric.observe(name);
    return seen.state === "connected" && seen.claims.get(`claim-${name}`)?.state === "Configured";
  };
  await expect.poll(() => names.filter((name) => !isConfigured(name)), { timeout: 30_000 }).toEqual([]);

  const measured = async (series: string): Promise<number> => {
    const line = (await metrics.text()).body.split("\n").find((one) => one.startsWith(`${series} `));
    return Number(line?.slice(series.length + 1));
  };
  expect(await measured("plush_package_upload_bytes_total")).toBe(seeds * content.length);
  expect(await measured("plush_package_peer_bytes_total")).toBe((names.length - seeds) * content.length);
  const kept = readdirSync(packagesIn).map((machine) =>
    readFileSync(join(packagesIn, machine, digest.slice("sha256:".length))).equals(content),
  );
  expect(kept).toEqual(names.map(() => true));
});
