import { annotations, kinds, type Resource, type ResourcePool } from "../../api/index.ts";
import { durationMs, formatTimestamp, parseTimestamp } from "../../clock/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import { type Fabric, isMassLoss, lossAt, type MachineSpec, type Provider } from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";
import { isOf } from "./machine-plan.ts";
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
    ...observeLosses(pool, resources, ports, nowAt),
    ...(missing !== undefined && { missing }),
    nowText: formatTimestamp(nowAt),
  };
}

function wantedMachines(pool: ResourcePool, providers: readonly Provider[]): readonly MachineSpec[] | PoolFault {
  const [name] = Object.keys(pool.spec.provider);
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

function observeLosses(
  pool: ResourcePool,
  resources: readonly Resource[],
  { fabric }: PoolPorts,
  nowAt: number,
): { readonly braked: boolean; readonly lost: number } {
  const own = resources.filter((resource) => isOf(pool, resource));
  const resumedAt = timeOf(pool.metadata.annotations?.[annotations.resumedAt]) ?? 0;
  const losses = own.flatMap(({ metadata, status }) => {
    const lostBeforeAt = timeOf(status?.lostAt);
    const at = lossAt({
      observation: fabric.observe(metadata.uid ?? ""),
      ...(lostBeforeAt !== undefined && { lostBeforeAt }),
      known: status?.agent !== undefined,
      nowAt,
    });
    return at === undefined ? [] : [at];
  });
  const { maxFailedPercent, minFailed, window } = pool.spec.brake;
  const limits = { maxFailedPercent, minFailed, windowMs: durationMs(window) };
  const counted = losses.filter((at) => at > resumedAt);
  return { braked: isMassLoss(counted, own.length, limits), lost: losses.length };
}

function missingSecret(pool: ResourcePool, ports: PoolPorts): string | undefined {
  const ref = pool.spec.ssh.identity?.secretRef;
  if (ref === undefined || ports.cache(kinds.Secret).get(ref) !== undefined) return undefined;
  return `Secret ${ref.namespace}/${ref.name} is not there: it must hold the key to log in with (ssh-privatekey)`;
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseTimestamp(text);
}
