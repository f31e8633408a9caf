import { kinds, type ResourcePool } from "../../api/index.ts";
import { formatTimestamp } from "../../clock/index.ts";
import { type ControllerPorts, poolBrake } from "../../controller/index.ts";
import type { Fabric, MachineSpec, Provider } from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";
import type { PoolObservation } from "./plan.ts";
import type { PoolFault } from "./status-plan.ts";

export interface PoolPorts extends ControllerPorts {
  readonly fabric: Pick<Fabric, "observe" | "subscribe">;
  /** The providers that this server offers. */
  readonly providers: readonly Provider[];
}

export function observe(pool: ResourcePool, ports: PoolPorts): PoolObservation {
  const nowAt = ports.clock.now();
  const resources = ports.cache(kinds.Resource).list();
  const missing = missingSecret(pool, ports);
  return {
    pool,
    wanted: wantedMachines(pool, ports.providers),
    resources,
    ...poolBrake({
      pool,
      resources: ports.cache(kinds.Resource).ownedBy(pool.metadata.uid ?? ""),
      observe: (uid) => ports.fabric.observe(uid),
      nowAt,
    }),
    ...(missing !== undefined && { missing }),
    nowText: formatTimestamp(nowAt),
  };
}

function wantedMachines(pool: ResourcePool, providers: readonly Provider[]): readonly MachineSpec[] | PoolFault {
  const [name] = Object.keys(pool.spec.provider);
  // Its machines are another pool's, and have their Resources there.
  if (pool.spec.provider.borrow !== undefined) return [];
  const provider = providers.find((one) => one.name === name);
  if (provider === undefined) {
    return { reason: "ProviderForbidden", message: `this server does not offer machines of provider ${name}` };
  }
  try {
    return provider.machines(pool);
  } catch (error) {
    return { reason: "ProviderForbidden", message: StatusError.from(error).message };
  }
}

function missingSecret(pool: ResourcePool, ports: PoolPorts): string | undefined {
  const ref = pool.spec.ssh.identity?.secretRef;
  if (ref === undefined || ports.cache(kinds.Secret).get(ref) !== undefined) return undefined;
  return `Secret ${ref.namespace}/${ref.name} is not there: it must hold the key to log in with (ssh-privatekey)`;
}
