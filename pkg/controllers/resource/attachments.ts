import { annotations, kinds, memoryBytes, type Resource, type ResourcePool, type Secret } from "../../api/index.ts";
import { durationMs } from "../../clock/index.ts";
import type {
  HostConfig,
  LastPlace,
  NetworkSettings,
  PackageSettings,
  Provider,
  TreeSettings,
} from "../../fabric/index.ts";
import { isReason, StatusError } from "../../status/index.ts";
import type { ReachFault, ResourcePorts } from "./observe.ts";

/** For Resources without a pool, as the schema's defaults are for pools. */
const plainPool = {
  agent: { orphanAfter: "30d" },
  detection: { beat: "500ms", missed: 3, probe: "600ms" },
} as const;

const noTree = { fanOut: 0, port: 0 };

/** Which machines are pursued, and from which inputs; finding the way to one costs reading keys, so it is done once. */
export class Attachments {
  readonly #ports: ResourcePorts;
  readonly #inputs = new Map<string, string>();

  constructor(ports: ResourcePorts) {
    this.#ports = ports;
  }

  /** Makes the fabric pursue the machine; answers why that cannot be. What was attached before stays attached then. */
  async attach(resource: Resource, pool: ResourcePool | undefined): Promise<ReachFault | undefined> {
    const uid = resource.metadata.uid ?? "";
    const inputs = this.#inputsOf(resource, pool);
    if (this.#inputs.get(uid) === inputs) return undefined;
    const provider = providerOf(pool, this.#ports.providers);
    if (provider === undefined)
      return { reason: "ReferenceNotFound", message: "this server does not offer its provider" };
    try {
      const reach = await provider.reach(resource, pool, { secret: async (ref) => this.#secret(ref) });
      const lastPlace = this.#lastPlaceOf(resource);
      this.#ports.fabric.attach({
        ...hostConfig(resource, pool, reach),
        ...(lastPlace !== undefined && { lastPlace }),
      });
      this.#inputs.set(uid, inputs);
      return undefined;
    } catch (error) {
      const { message } = StatusError.from(error);
      return { reason: isReason(error, "NotFound") ? "ReferenceNotFound" : "BootstrapFailed", message };
    }
  }

  /** To be called when the machine is pursued no longer. */
  forget(resourceUid: string): void {
    this.#inputs.delete(resourceUid);
  }

  /** Changes whenever the way to the machine may. */
  #inputsOf({ metadata, spec, status }: Resource, pool: ResourcePool | undefined): string {
    const identity = spec.ssh?.identity?.secretRef ?? pool?.spec.ssh.identity?.secretRef;
    const secret = identity === undefined ? undefined : this.#secret(identity);
    return JSON.stringify([
      metadata.generation,
      metadata.annotations?.[annotations.joinKey],
      status?.hostKey,
      pool?.metadata.uid,
      pool?.metadata.generation,
      secret?.metadata.resourceVersion,
    ]);
  }

  #lastPlaceOf({ status }: Resource): LastPlace | undefined {
    if (status?.tree === undefined) return undefined;
    const { parent } = status.tree;
    if (parent === undefined) return {};
    const parentUid = this.#ports.cache(kinds.Resource).get({ namespace: "", name: parent })?.metadata.uid;
    return parentUid === undefined ? undefined : { parentUid };
  }

  #secret(ref: { readonly namespace: string; readonly name: string }): Secret | undefined {
    return this.#ports.cache(kinds.Secret).get(ref);
  }
}

function providerOf(pool: ResourcePool | undefined, providers: readonly Provider[]): Provider | undefined {
  const name = pool === undefined ? "static" : Object.keys(pool.spec.provider)[0];
  return providers.find((one) => one.name === name);
}

function hostConfig(
  { metadata, spec }: Pick<Resource, "metadata" | "spec">,
  pool: ResourcePool | undefined,
  { connector, fingerprint }: Awaited<ReturnType<Provider["reach"]>>,
): HostConfig {
  const { agent, detection } = pool?.spec ?? plainPool;
  const address = spec.dataAddress ?? spec.address;
  const beats = { beatMs: durationMs(detection.beat), missed: detection.missed, probeMs: durationMs(detection.probe) };
  const orphanAfterMs = durationMs(agent.orphanAfter);
  const tree = treeSettings({ metadata, spec }, pool);
  const packages = packageSettings({ metadata, spec }, pool);
  const network = networkSettings({ metadata, spec }, pool);
  const cache = pool?.spec.packages?.cache;
  return {
    resourceUid: metadata.uid ?? "",
    resourceName: metadata.name ?? "",
    fingerprint: JSON.stringify([fingerprint, address, beats, orphanAfterMs, tree, packages, network, cache]),
    connector,
    address,
    detection: beats,
    orphanAfterMs,
    ...(tree !== undefined && { tree }),
    ...(packages !== undefined && { packages }),
    network,
    ...(cache !== undefined && { cacheBytes: memoryBytes(cache) }),
  };
}

/** Those of the server's own computer have nothing to gain from each other, and those that dial out reach nobody. */
function isApart({ spec: { provider } }: ResourcePool): boolean {
  return provider.local !== undefined || provider.join !== undefined;
}

/** Machines of one pool make one tree. */
function treeSettings(
  { metadata, spec }: Pick<Resource, "metadata" | "spec">,
  pool: ResourcePool | undefined,
): TreeSettings | undefined {
  if (pool === undefined || isApart(pool)) return undefined;
  const { fanOut, port } = pool.spec.tree ?? noTree;
  return { group: pool.metadata.uid ?? "", fanOut, port, site: siteOf({ metadata, spec }) };
}

/** Machines of one pool give packages to each other. */
function packageSettings(
  resource: Pick<Resource, "metadata" | "spec">,
  pool: ResourcePool | undefined,
): PackageSettings | undefined {
  if (pool === undefined || isApart(pool)) return undefined;
  // A pool that was stored before there was an exchange has no such settings, and goes on without.
  const { exchange = false, port = 0, uploads = 1, bandwidth } = pool.spec.packages ?? {};
  if (!exchange) return undefined;
  return {
    group: pool.metadata.uid ?? "",
    site: siteOf(resource),
    port,
    uploads,
    ...(bandwidth !== undefined && { bytesPerSecond: memoryBytes(bandwidth) }),
  };
}

/** Machines of all pools measure to each other, but for those of the server's own computer. */
function networkSettings(
  resource: Pick<Resource, "metadata" | "spec">,
  pool: ResourcePool | undefined,
): NetworkSettings {
  const { probes = true, port = 0 } = pool?.spec.network ?? {};
  const isFar = pool?.spec.provider.local === undefined;
  return { probes: probes && isFar, port, site: siteOf(resource) };
}

function siteOf({ metadata, spec }: Pick<Resource, "metadata" | "spec">): string {
  return spec.labels["site"] ?? metadata.labels?.["site"] ?? "";
}
