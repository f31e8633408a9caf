import { type Claim, isDeleting, kinds, type Process } from "../../api/index.ts";
import { formatMicroTime } from "../../clock/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import type { Fabric, HostObservation } from "../../fabric/index.ts";
import { isBare } from "../../graph/index.ts";
import type { MachineView, ProcessObservation } from "./status-plan.ts";

export interface ProcessPorts extends ControllerPorts {
  readonly fabric: Pick<Fabric, "observe" | "subscribe">;
}

/** After its start the server waits so long for machines before it says that they do not answer. */
const observingMs = 30_000;

/** The claim under which a process runs; undefined where that is no more, or another of the same name came. */
export function claimOf(process: Process, ports: Pick<ControllerPorts, "cache">): Claim | undefined {
  const claims = ports.cache(kinds.Claim);
  if (isBare(process)) return claims.ownedBy(process.metadata.uid ?? "")[0];
  const { claimName, claimUid } = process.spec;
  const found = claims.get({ namespace: process.metadata.namespace ?? "", name: claimName ?? "" });
  return found?.metadata.uid === claimUid ? found : undefined;
}

export function observe(process: Process, ports: ProcessPorts): ProcessObservation {
  const claim = claimOf(process, ports);
  return {
    process,
    ...(claim !== undefined && { claim }),
    machine: machineView(process, claim, ports),
    missing: missingReferences(process, ports),
    nowText: formatMicroTime(ports.clock.now()),
  };
}

function machineView(process: Process, claim: Claim | undefined, ports: ProcessPorts): MachineView {
  if (claim === undefined) return withoutClaim(process);
  const { resourceUid, resourceName, epoch } = claim.spec;
  if (resourceUid === undefined || epoch === 0) return { kind: "unbound", message: "waits for a machine" };
  const observation = ports.fabric.observe(resourceUid);
  if (observation.state !== "connected") return awayView(observation, resourceName ?? "", ports.clock.now());
  const expected = isBare(process) ? epoch : process.spec.epoch;
  const reports = observation.claims.get(claim.metadata.uid ?? "")?.processes ?? [];
  const report = reports.find((one) => one.uid === process.metadata.uid && one.epoch === expected);
  if (report === undefined && isDeleting(claim)) return { kind: "released", message: "its claim is being released" };
  return { kind: "known", ...(report !== undefined && { report }) };
}

function withoutClaim(process: Process): MachineView {
  if (isBare(process)) return { kind: "unbound", message: "waits for a claim" };
  return { kind: "released", message: "its claim was released" };
}

function awayView(
  observation: Exclude<HostObservation, { state: "connected" }>,
  resourceName: string,
  now: number,
): MachineView {
  if (observation.state === "connecting") {
    const message = `${resourceName} is being reached`;
    const recheckAfterMs = observation.sinceAt + observingMs - now;
    return recheckAfterMs > 0 ? { kind: "unsettled", message, recheckAfterMs } : { kind: "unknown", message };
  }
  if (observation.verdict === "judging") return { kind: "unsettled", message: `${resourceName} is being looked for` };
  return { kind: "unknown", message: `${resourceName} does not answer: ${observation.evidence}` };
}

/** Secrets and ConfigMaps that its environment and its files cannot do without. */
function missingReferences({ spec, metadata }: Process, ports: Pick<ControllerPorts, "cache">): readonly string[] {
  const { namespace = "" } = metadata;
  const secrets = ports.cache(kinds.Secret);
  const configMaps = ports.cache(kinds.ConfigMap);
  const secret = (name: string | undefined, key?: string): string[] =>
    name === undefined ? [] : lacks(secrets.get({ namespace, name }), "Secret", name, key);
  const configMap = (name: string | undefined, key?: string): string[] =>
    name === undefined ? [] : lacks(configMaps.get({ namespace, name }), "ConfigMap", name, key);
  const needed = (ref: { readonly optional?: boolean } | undefined): boolean =>
    ref !== undefined && ref.optional !== true;
  return [
    ...spec.envFrom.flatMap(({ secretRef, configMapRef }) => [
      ...secret(secretRef?.name),
      ...configMap(configMapRef?.name),
    ]),
    ...spec.env.flatMap(({ valueFrom: { secretKeyRef, configMapKeyRef } = {} }) => [
      ...(needed(secretKeyRef) ? secret(secretKeyRef?.name, secretKeyRef?.key) : []),
      ...(needed(configMapKeyRef) ? configMap(configMapKeyRef?.name, configMapKeyRef?.key) : []),
    ]),
    ...spec.files.flatMap(({ secretKeyRef, configMapKeyRef }) => [
      ...(needed(secretKeyRef) ? secret(secretKeyRef?.name, secretKeyRef?.key) : []),
      ...(needed(configMapKeyRef) ? configMap(configMapKeyRef?.name, configMapKeyRef?.key) : []),
    ]),
  ];
}

function lacks(
  found: { readonly data?: Readonly<Record<string, unknown>> } | undefined,
  kind: string,
  name: string,
  key?: string,
): string[] {
  if (found === undefined) return [`${kind} ${name}`];
  return key === undefined || Object.hasOwn(found.data ?? {}, key) ? [] : [`key ${key} of ${kind} ${name}`];
}
