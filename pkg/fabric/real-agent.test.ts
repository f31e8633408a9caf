import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleAgent } from "../../test/support/agent-bundle.ts";
import { missingSshd, startSshd, type TestSshd } from "../../test/support/sshd.ts";
import type { Resource } from "../api/index.ts";
import { BlobStore } from "../blobs/index.ts";
import { systemClock } from "../clock/index.ts";
import { silentLogger } from "../log/index.ts";
import { Metrics } from "../metrics/index.ts";
import { type AgentDocument, channel, encodeFrame, FrameDecoder } from "../protocol/index.ts";
import { makeLocalProvider } from "../providers/local/index.ts";
import { makeSealKeys, seal } from "../seal/index.ts";
import { type AgentBundle, readAgentBundle } from "./agent-bundle.ts";
import type { Connector, Fabric } from "./fabric.ts";
import { makeFabric } from "./make-fabric.ts";
import { SshConnector } from "./ssh-connector.ts";

/** The agent itself, brought up and looked after by the fabric. */
const missing = missingSshd();
const clusterUid = randomUUID();
let directory: string;
let bundle: AgentBundle;
let blobs: BlobStore;
let digest: string;
let sshd: TestSshd | undefined;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "plush-agent-test-"));
  bundle = await readAgentBundle(await bundleAgent(directory));
  blobs = new BlobStore(join(directory, "blobs"));
  ({ digest } = await blobs.ingest(Readable.from([randomBytes(3 << 20)])));
  if (missing === undefined) sshd = await startSshd();
});

afterAll(async () => {
  await sshd?.stop();
  await rm(directory, { recursive: true, force: true });
});

function startFabric(): Fabric {
  const keys = makeSealKeys();
  return makeFabric({
    clock: systemClock,
    log: silentLogger,
    metrics: new Metrics(),
    blobs,
    signDocument: (bytes) => seal(Buffer.from(bytes).toString("utf8"), keys.privateKey).signature,
    serverKey: keys.publicKey,
    clusterUid,
    term: 1,
    agentBundle: bundle,
    random: Math.random,
  });
}

async function localConnector(): Promise<Connector> {
  const provider = makeLocalProvider({ clock: systemClock, dataDir: directory, bundlePath: bundle.path });
  const resource = { metadata: { name: "n1" }, spec: { poolName: "p" } } as unknown as Resource;
  return (await provider.reach(resource, undefined, { secret: async () => undefined })).connector;
}

async function sshConnector(resourceUid: string): Promise<Connector> {
  const { port = 0, user = "", privateKey = "" } = sshd ?? {};
  const ssh = { host: "127.0.0.1", port, user, privateKey, hostKeys: { kind: "acceptNew" as const }, jump: [] };
  return new SshConnector({
    resourceName: "n1",
    clock: systemClock,
    ssh: { ...ssh, connectTimeoutMs: 20_000 },
    sudo: false,
    clusterUid,
    resourceUid,
    bundle,
    runtime: async () => undefined,
  });
}

function document(resourceUid: string, generation: number): AgentDocument {
  const order = {
    uid: "process-1",
    name: "web",
    revision: "r1",
    epoch: 1,
    intent: "Run" as const,
    catchUp: false,
    argv: ["sh", "-c", "echo started; exec sleep 600"],
    env: [],
    workingDir: ".",
    restartPolicy: "Always" as const,
    ports: [],
    stop: { delayMs: 0, signal: "SIGTERM", timeoutMs: 2000 },
    limits: {},
    log: { maxSizeBytes: 1 << 20, keep: 1 },
    withinMs: 60_000,
    resetAfterMs: 60_000,
  };
  const claim = {
    uid: "claim-1",
    namespace: "default",
    name: "web-0",
    component: "web",
    ordinal: 0,
    epoch: 1,
    intent: "Run" as const,
    software: [{ name: "tool", digest, format: "file" as const, fileName: "tool", strip: 0, timeoutMs: 10_000 }],
    processes: [order],
    peers: { revision: 0, components: {} },
    cleanup: { timeoutMs: 1000 },
  };
  return { clusterUid, resourceUid, resourceName: "n1", term: 1, generation, claims: [claim] };
}

/** Sends bytes through `cat` on the machine; resolves with how many came back. */
async function echo(fabric: Fabric, uid: string, bytes: number): Promise<number> {
  const stream = await fabric.exec(uid, { argv: ["cat"], stdin: true, timeoutMs: 0 });
  const part = encodeFrame(channel.stdin, Buffer.alloc(1 << 16));
  const sending = (async () => {
    for (let sent = 0; sent < bytes; sent += 1 << 16) if (!stream.write(part)) await once(stream, "drain");
    stream.write(encodeFrame(channel.stdin, Buffer.alloc(0)));
  })();
  const decoder = new FrameDecoder();
  let received = 0;
  for await (const chunk of stream) {
    const frames = decoder.push(chunk as Buffer).filter((frame) => frame.channel === channel.stdout);
    for (const { payload } of frames) received += payload.length;
  }
  await sending;
  return received;
}

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000, interval: 20 });

const ways = [["local", localConnector], ...(missing === undefined ? [["SSH", sshConnector] as const] : [])] as const;

describe.each(ways)("%s", (_name, connectorFor) => {
  test("brought up, given work, killed and adopted, removed without a trace", async () => {
    const fabric = startFabric();
    const uid = randomUUID();
    const connector = await connectorFor(uid);
    const web = () => {
      const seen = fabric.observe(uid);
      return seen.state === "connected" ? seen.claims.get("claim-1")?.processes[0] : undefined;
    };
    try {
      fabric.attach({
        resourceUid: uid,
        resourceName: "n1",
        fingerprint: "1",
        connector,
        address: "127.0.0.1",
        detection: { beatMs: 200, missed: 5, probeMs: 300 },
        orphanAfterMs: 1e9,
      });
      fabric.setDocument(document(uid, 5));
      await eventually(() => [fabric.observe(uid), web()?.state]).toMatchObject([{ state: "connected" }, "Ready"]);
      const first = fabric.observe(uid);
      if (first.state !== "connected") throw new Error("not connected");
      const pid = web()?.pid ?? 0;

      const verdicts = new Set<string>();
      fabric.subscribe(() => {
        const seen = fabric.observe(uid);
        verdicts.add(seen.state === "lost" ? seen.verdict : seen.state);
      });
      process.kill(first.host.agent.pid, "SIGKILL");
      await eventually(() => [...verdicts]).toEqual(expect.arrayContaining(["agentDead", "connected"]));
      await eventually(web).toMatchObject({ state: "Ready", pid, restarts: 0 });

      const options = { follow: false, previous: false, timestamps: false, signal: AbortSignal.timeout(10_000) };
      const { text, position } = await fabric.logs(uid, "process-1", options);
      expect(Buffer.concat(await text.toArray()).toString()).toBe("started\n");
      const after = await fabric.logs(uid, "process-1", { ...options, from: { ...position, offset: 6 } });
      expect([after.position.offset, Buffer.concat(await after.text.toArray()).toString()]).toEqual([6, "d\n"]);

      // A command that does not read its input is still told that nobody wants it any more.
      const left = await fabric.exec(uid, { argv: ["sh", "-c", "echo $$; exec sleep 600"], stdin: true, timeoutMs: 0 });
      const [said] = await once(left, "data");
      const command = Number(Buffer.from(new FrameDecoder().push(said)[0]?.payload ?? []).toString());
      let [taken, before] = [0, -1];
      const feed = (): void => {
        left.write(encodeFrame(channel.stdin, Buffer.alloc(1 << 16)), (error) => {
          taken++;
          if (!error) feed();
        });
      };
      feed();
      const isStuck = (): boolean => {
        const stuck = taken > 0 && taken === before;
        before = taken;
        return stuck;
      };
      await expect.poll(isStuck, { timeout: 20_000, interval: 100 }).toBe(true);
      expect(existsSync(`/proc/${command}`)).toBe(true);
      left.destroy();
      await eventually(() => existsSync(`/proc/${command}`)).toBe(false);

      // Both directions at once, more than all buffers between hold.
      expect(await echo(fabric, uid, 24 << 20)).toBe(24 << 20);

      await fabric.detach(uid, { remove: true, signal: AbortSignal.timeout(20_000) });
      expect(existsSync(first.host.directory)).toBe(false);
      await eventually(() => existsSync(`/proc/${pid}`)).toBe(false);
    } finally {
      await fabric.close();
      await connector.remove(AbortSignal.timeout(20_000));
    }
  });
});
