import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { eventually } from "./eventually.ts";
import { PlushServer } from "./plush-server.ts";

/** A server, and one process on a machine of this computer. */
export interface StreamWorld {
  readonly server: PlushServer;
  readonly home: string;
  /** Name of the process, and of the pod that shows it. */
  readonly process: string;
  readonly claim: string;
  readonly resource: string;
  /** Where the program serves HTTP. */
  readonly address: string;
  readonly port: number;
  readonly config: KubeConfig;
  close(): Promise<void>;
}

/** GET / greets, POST /say prints what it is sent, POST /exit ends with the code that it is sent. */
const program = `
const http = require("node:http");
http.createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  if (request.url === "/say") console.log(body);
  response.end(request.method === "GET" ? "hello" : "");
  if (request.url === "/exit") response.once("close", () => process.exit(Number(body)));
}).listen(process.env.PLUSH_PORT_HTTP, process.env.PLUSH_ADDRESS, () => console.log("up"));
`;

const manifest = JSON.stringify({
  apiVersion: "v1",
  kind: "List",
  items: [
    {
      apiVersion: "plush.dev/v1",
      kind: "ResourcePool",
      metadata: { name: "local" },
      spec: { provider: { local: { count: 1 } } },
    },
    {
      apiVersion: "plush.dev/v1",
      kind: "Application",
      metadata: { name: "web" },
      spec: {
        components: [{ name: "s", replicas: 1 }],
        phases: [
          {
            name: "run",
            processes: [
              {
                name: "run",
                command: [process.execPath, "-e", program],
                ports: [{ name: "http", port: 0 }],
                readinessProbe: { tcpSocket: { port: "http" }, period: "100ms" },
                restartPolicy: "Always",
              },
            ],
          },
        ],
      },
    },
  ],
});

interface SeenProcess {
  readonly spec: { readonly claimName: string };
  readonly status: { readonly resourceName: string; readonly ports: Readonly<Record<string, number>> };
}

interface SeenResource {
  readonly spec: { readonly address: string };
}

export async function startStreamWorld(): Promise<StreamWorld> {
  // Short: Unix sockets of the machines lie below it.
  const home = mkdtempSync("/tmp/plush-s-");
  const server = new PlushServer(join(home, "data"), home);
  await server.start();
  const applied = await server.run(["apply", "-f", "-"], { input: manifest });
  if (applied.code !== 0) throw new Error(applied.stderr);
  await server.plush("wait", "application/web", "--for=condition=Ready", "--timeout=60s");
  const name = "web-run-run-s-0";
  const seen = await eventually(async () => {
    const found = await server.get<SeenProcess>("process", name);
    if (found.status.ports["http"] === undefined) throw new Error("no port yet");
    return found;
  }, 20_000);
  const config = new KubeConfig();
  config.loadFromString(readFileSync(server.kubeconfig, "utf8"));
  return {
    server,
    home,
    process: name,
    claim: seen.spec.claimName,
    resource: seen.status.resourceName,
    address: (await server.get<SeenResource>("resource", seen.status.resourceName)).spec.address,
    port: seen.status.ports["http"] ?? 0,
    config,
    async close() {
      await server.run(["teardown", "--yes"]);
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
