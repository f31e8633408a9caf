import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import { OtlpReceiver, type ReceivedSpan } from "../support/otlp-receiver.ts";
import { PlushServer } from "../support/plush-server.ts";
import { missingSshd, startSshd, type TestSshd } from "../support/sshd.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const parentSpanId = "b7ad6b7169203331";

/** Address and authority of a server, of its administrator's kubeconfig. */
function whereTo({ kubeconfig }: PlushServer): { readonly server: string; readonly certificate: string } {
  const text = readFileSync(kubeconfig, "utf8");
  const field = (name: string): string => new RegExp(`"?${name}"?: "?([^",\\s]+)`).exec(text)?.[1] ?? "";
  return {
    server: field("server"),
    certificate: Buffer.from(field("certificate-authority-data"), "base64").toString(),
  };
}

// A server as its users run it, and a collector that takes nothing but what OTLP says.
describe.skipIf(missingSshd() !== undefined)("traces", () => {
  const home = mkdtempSync("/tmp/plush-traces-");
  const receiver = new OtlpReceiver();
  let server: PlushServer;
  let sshd: TestSshd;
  let machine: string;

  beforeAll(async () => {
    server = new PlushServer(join(home, "data"), home, [], {
      OTEL_EXPORTER_OTLP_ENDPOINT: await receiver.start(),
      OTEL_BSP_SCHEDULE_DELAY: "100",
      OTEL_SERVICE_NAME: "lab",
    });
    await server.start();
    sshd = await startSshd();
    const identity = join(home, "identity");
    writeFileSync(identity, sshd.privateKey, { mode: 0o600 });
    const login = ["--hosts", `127.0.0.1:${sshd.port}`, "--user", sshd.user, "--identity", identity];
    await server.plush("create", "pool", "near", ...login);
    machine = (await server.list<SeenObject>("resources"))[0]?.metadata.name ?? "";
  });
  afterAll(async () => {
    await server?.run(["teardown", "--yes"]);
    await server?.stop();
    await sshd?.stop();
    await receiver.stop();
    rmSync(home, { recursive: true, force: true });
  });

  const named = (name: string): readonly ReceivedSpan[] => receiver.spans.filter((span) => span.name === name);
  const byId = (id: string | undefined): ReceivedSpan | undefined => receiver.spans.find(({ spanId }) => spanId === id);
  /** What is looked for may still be on its way. */
  const found = (find: () => ReceivedSpan | undefined): Promise<ReceivedSpan> =>
    eventually(() => {
      const span = find();
      if (span === undefined) throw new Error(`not among ${[...new Set(receiver.spans.map(({ name }) => name))]}`);
      return span;
    }, 20_000);

  it("B-TRC-6: a request continues the trace of who makes it", async () => {
    const token = (await server.plush("create", "token", "tracer", "--group", "system:masters", "-o", "token")).trim();
    const { server: url, certificate } = whereTo(server);
    const get = (path: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${token}`, traceparent: `00-${traceId}-${parentSpanId}-01` };
        request(new URL(path, url), { ca: certificate, headers }, (response) => {
          response.resume().once("end", () => resolve(response.statusCode ?? 0));
        })
          .once("error", reject)
          .end();
      });
    expect(await get("/apis/plush.dev/v1/namespaces/default/applications/nobody")).toBe(404);
    // Not about objects: another part of the server answers.
    expect(await get("/version")).toBe(200);
    const asked = await found(() => named("get applications").find((span) => span.traceId === traceId));
    expect(asked).toMatchObject({
      parentSpanId,
      kind: 2,
      attributes: {
        "http.request.method": "GET",
        "http.response.status_code": "404",
        "url.path": "/apis/plush.dev/v1/namespaces/default/applications/nobody",
        "plush.namespace": "default",
        "plush.name": "nobody",
      },
      status: {},
    });
    expect(await found(() => named("get /version")[0])).toMatchObject({ traceId, parentSpanId });
    // Who brings none begins a trace.
    await server.plush("get", "applications");
    const own = await found(() => named("list applications").find((span) => span.parentSpanId === undefined));
    expect(own.traceId).not.toBe(traceId);
  });

  it("B-TRC-7: reconciles are traced, with the binding and the delivery that come of them; so is how a machine is reached", async () => {
    await server.apply(`
apiVersion: plush.dev/v1
kind: Application
metadata: {name: traced}
spec:
  components: [{name: web}]
  phases: [{name: serve, processes: [{name: sleep, command: [sleep, "1000"], restartPolicy: Always}]}]
`);
    await server.plush("wait", "application/traced", "--for=condition=Ready", "--timeout=60s");
    const bind = await found(() => named("bind")[0]);
    expect(bind.attributes).toMatchObject({ "plush.claim": "default/traced-web-0", "plush.machine": machine });
    expect((await found(() => byId(bind.parentSpanId))).name).toBe("reconcile claim");
    expect(byId(bind.parentSpanId)?.attributes).toMatchObject({
      "plush.namespace": "default",
      "plush.name": "traced-web-0",
    });
    const delivery = await found(() =>
      named("deliver document").find(({ attributes }) => attributes["plush.claims"] === "1"),
    );
    expect(delivery.attributes["plush.machine"]).toBe(machine);
    expect((await found(() => byId(delivery.parentSpanId))).name).toBe("reconcile document");
    const connect = await found(() => named("connect")[0]);
    expect(connect).toMatchObject({ kind: 3, attributes: { "plush.machine": machine, "plush.way": "direct" } });
    expect(connect.parentSpanId).toBeUndefined();
    // The bootstrap over SSH, step by step.
    expect(connect.events.map(({ name }) => name)).toEqual([
      "connecting",
      "inspecting",
      "uploading agent",
      "starting agent",
    ]);
  });

  it("B-TRC-4: all of it is as OTLP says, of one service, and no span ends before it begins", async () => {
    expect(receiver.faults).toEqual([]);
    expect(new Set(receiver.spans.map(({ resource }) => resource["service.name"]))).toEqual(new Set(["lab"]));
    const odd = receiver.spans.filter((span) => BigInt(span.endTimeUnixNano) < BigInt(span.startTimeUnixNano));
    expect(odd).toEqual([]);
    expect(new Set(receiver.spans.map(({ spanId }) => spanId)).size).toBe(receiver.spans.length);
    expect(await server.plush("get", "--raw", "/metrics")).toMatch(/^plush_trace_spans_total\{result="dropped"\} 0$/m);
  });
});
