import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { PlushServer } from "./plush-server.ts";

/**
 * A server as its users run it, with so many machines of this computer as a pool, for the tests of one file or
 * group. It is there before what they do themselves before their tests, and all of it goes with them.
 */
export function useLocalPool(
  name: string,
  machines: number,
  serverOptions: (home: string) => readonly string[] = () => [],
  pool = "local",
): { readonly home: string; readonly server: PlushServer } {
  // Short: Unix sockets of the machines lie below it.
  const home = mkdtempSync(`/tmp/plush-${name}-`);
  const server = new PlushServer(join(home, "data"), home, serverOptions(home));
  beforeAll(async () => {
    await server.start();
    await server.apply(
      `{apiVersion: plush.dev/v1, kind: ResourcePool, metadata: {name: ${pool}}, spec: {provider: {local: {count: ${machines}}}}}`,
    );
    await server.plush("wait", `pool/${pool}`, "--for=condition=Ready", "--timeout=60s");
  });
  afterAll(async () => {
    await server.run(["teardown", "--yes"]);
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });
  return { home, server };
}
