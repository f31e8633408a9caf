import { kinds, type Resource } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import { type Finding, judgeMachines, type LookedAt } from "../../doctor/index.ts";
import type { Provider } from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";

export interface MachinePorts extends Pick<ControllerPorts, "cache"> {
  readonly providers: readonly Provider[];
}

/** As long as a TCP connection around the world takes, twice. */
const lookMs = 1500;
const atOnce = 64;

/** Looks at every machine's SSH port, now, from here; what else is known of each is its Resource's. */
export async function lookAtMachines(ports: MachinePorts, signal: AbortSignal): Promise<readonly Finding[]> {
  const left = [...ports.cache(kinds.Resource).list()];
  const looked: LookedAt[] = [];
  const lookOn = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) looked.push(await lookAt(next, ports, signal));
  };
  await Promise.all(Array.from({ length: atOnce }, lookOn));
  return judgeMachines(looked);
}

async function lookAt(resource: Resource, ports: MachinePorts, signal: AbortSignal): Promise<LookedAt> {
  const pool = ports.cache(kinds.ResourcePool).get({ namespace: "", name: resource.spec.poolName ?? "" });
  const provider = ports.providers.find(({ name }) => (pool?.spec.provider ?? { static: {} })[name] !== undefined);
  if (provider === undefined) return { resource, look: "unknown" };
  try {
    const secret = async (ref: { readonly namespace: string; readonly name: string }) =>
      ports.cache(kinds.Secret).get(ref);
    const { connector } = await provider.reach(resource, pool, { secret });
    return { resource, look: await connector.probe(lookMs, signal) };
  } catch (error) {
    return { resource, look: "failed", why: StatusError.from(error).message };
  }
}
