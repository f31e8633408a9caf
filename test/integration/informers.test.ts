import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoreV1Api, KubeConfig, makeInformer } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, connect, isReason } from "../../pkg/sdk/node.ts";
import { eventually } from "../support/eventually.ts";
import { NumberedWrites } from "../support/numbered-writes.ts";
import { PlushServer } from "../support/plush-server.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

const namespace = "numbers";
const count = 10_000;
/** Of a busy machine. */
const patienceMs = 60_000;
const soon = { timeout: patienceMs, interval: 100 };

/** What both informers show of a ConfigMap. */
interface Seen {
  readonly metadata?: { readonly name?: string; readonly resourceVersion?: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** What an informer was told, in order, by object: numbers, and "gone". */
class Sightings {
  readonly byName = new Map<string, (number | "gone")[]>();

  put(object: Seen): void {
    this.#of(object).push(Number(object.data?.["number"]));
  }

  gone(object: Seen): void {
    this.#of(object).push("gone");
  }

  #of({ metadata }: Seen): (number | "gone")[] {
    const name = metadata?.name ?? "";
    const told = this.byName.get(name) ?? [];
    this.byName.set(name, told);
    return told;
  }
}

const stateOf = (objects: Iterable<Seen>): Record<string, string> =>
  Object.fromEntries(
    [...objects]
      .map(({ metadata, data }) => [metadata?.name ?? "", `${metadata?.resourceVersion} ${data?.["number"]}`] as const)
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  );

// One story for both informers: while 10,000 numbers are written the server is killed and started again; then the
// informers' wire is cut for so long that history no longer reaches back to where they were.
describe("informers that follow 10,000 numbered writes", () => {
  const home = mkdtempSync(join(tmpdir(), "plush-informers-"));
  const server = new PlushServer(join(home, "data"), home, ["--history-max-age", "3s"]);
  const own = new Sightings();
  const other = new Sightings();
  let direct: Client;
  let through: Client;
  let proxy: TcpProxy;
  let writes: NumberedWrites;
  let informer: ReturnType<Client["configMaps"]["informer"]>;
  let otherInformer: ReturnType<typeof startOther>;
  let expected: Record<string, string>;

  beforeAll(async () => {
    await server.start();
    direct = await connect({ kubeconfig: server.kubeconfig });
    await direct.namespaces.create({ metadata: { name: namespace } });
    const config = readFileSync(server.kubeconfig, "utf8");
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(config)?.[1]);
    proxy = await TcpProxy.start(port);
    const kubeconfig = join(home, "through-proxy");
    writeFileSync(kubeconfig, config.replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${proxy.port}`));
    through = await connect({ kubeconfig });
    const on = {
      add: (object: Seen) => own.put(object),
      update: (object: Seen) => own.put(object),
      delete: (object: Seen) => own.gone(object),
    };
    informer = through.configMaps.informer({ namespace, on });
    otherInformer = startOther(kubeconfig, other);
    await Promise.all([informer.synced, otherInformer.start()]);

    writes = new NumberedWrites(direct, namespace, count);
    await eventually(() => expect(writes.acknowledged.size).toBeGreaterThan(count / 3), patienceMs);
    await server.kill();
    await server.start();
    await eventually(() => expect(writes.acknowledged.size).toBeGreaterThan(count / 2), patienceMs);
    proxy.cut();
    const { resourceVersion } = (await direct.configMaps.list({ namespace, limit: 1 })).metadata;
    await eventually(async () => expect(await isForgotten(direct, resourceVersion)).toBe(true), patienceMs);
    proxy.mend();
    await writes.finish();
    expected = stateOf((await direct.configMaps.list({ namespace })).items);
  }, 180_000);

  afterAll(async () => {
    await otherInformer?.stop();
    await Promise.all([direct?.close(), through?.close()]);
    proxy?.close();
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it("ours: every number is seen or superseded, and the copy equals a list", async () => {
    await expect.poll(() => stateOf(informer.list()), soon).toEqual(expected);
    check(own, writes);
  });

  it("@kubernetes/client-node's: the same", async () => {
    await expect.poll(() => stateOf(otherInformer.list()), soon).toEqual(expected);
    check(other, writes);
  });
});

/** Whether a watch from this revision can only be refused. */
async function isForgotten(client: Client, resourceVersion: string): Promise<boolean> {
  const signal = AbortSignal.timeout(200);
  try {
    for await (const _event of client.configMaps.watch({ namespace, resourceVersion, signal })) return false;
    return false;
  } catch (error) {
    if (isReason(error, "Expired")) return true;
    if (signal.aborted) return false;
    throw error;
  }
}

/** It leaves the decision to go on after a broken connection to its user. */
function startOther(kubeconfig: string, sightings: Sightings) {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const list = () => config.makeApiClient(CoreV1Api).listNamespacedConfigMap({ namespace });
  const follower = makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, list);
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  follower.on("add", (object) => sightings.put(object));
  follower.on("update", (object) => sightings.put(object));
  follower.on("delete", (object) => sightings.gone(object));
  follower.on("error", () => {
    if (!isStopped) timer = setTimeout(() => void follower.start(), 200);
  });
  return {
    start: () => follower.start(),
    list: () => follower.list(namespace),
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      return follower.stop();
    },
  };
}

/**
 * Numbers of one object only rise; and each was seen, or a later one of its object was, or the object is gone, which the
 * copy has been seen to know.
 */
function check(sightings: Sightings, writes: NumberedWrites): void {
  const lastSeen = new Map<string, number>();
  const seen = new Set<number>();
  for (const [name, told] of sightings.byName) {
    const numbers = told.filter((one) => one !== "gone");
    expect(numbers, name).toEqual([...new Set(numbers)].sort((left, right) => left - right));
    lastSeen.set(name, numbers.at(-1) ?? -1);
    for (const number of numbers) seen.add(number);
  }
  expect(writes.acknowledged.size).toBe(count);
  const missed = [...writes.acknowledged].filter(
    ([number, { name, isDeletion }]) =>
      !isDeletion && !seen.has(number) && (lastSeen.get(name) ?? -1) < number && !writes.endsDeleted(name),
  );
  expect(missed).toEqual([]);
  // Most were seen: what was missed while the wire was cut is a part of the whole.
  expect(seen.size).toBeGreaterThan(count / 4);
}
