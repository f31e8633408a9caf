import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hollowConnector } from "../../cmd/plush-hollow/hollow-connector.ts";
import { HollowFleet } from "../../pkg/agent/index.ts";
import { kinds, type Resource } from "../../pkg/api/index.ts";
import { installation, startServer } from "../../pkg/server/index.ts";

/** A real server in this process with hollow machines as pool "hollow", hollow-1 to hollow-N. */
export async function startHollowServer(machines: number) {
  const home = mkdtempSync("/tmp/plush-hollow-");
  const socket = join(home, "hollow.sock");
  const names = Array.from({ length: machines }, (_, index) => `hollow-${index + 1}`);
  const fleet = new HollowFleet({ names });
  await fleet.listen(socket);
  const server = await startServer({
    dataDir: join(home, "data"),
    host: "127.0.0.1",
    port: 0,
    names: [],
    logLevel: "silent",
    logFormat: "text",
    ...installation,
    connectorTo: ({ metadata }: Resource) => hollowConnector([socket], metadata.name ?? ""),
  });
  const { api } = server;
  return {
    ...{ api, fleet, kubeconfig: server.kubeconfig },
    makePool: () =>
      api.create(kinds.ResourcePool, {
        apiVersion: "plush.dev/v1",
        kind: "ResourcePool",
        metadata: { name: "hollow" },
        spec: { provider: { static: { hosts: [{ address: `hollow-[1-${machines}]` }] } } },
      } as never),
    async close(): Promise<void> {
      await server.stop();
      await fleet.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
