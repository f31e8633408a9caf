import { invalidValue, type Probe, type ProcessPort, parseQuantity, type RunTemplate } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { argumentRules } from "./argument-rules.ts";
import { command, exactlyOne, insidePath, positiveDuration, unique } from "./checks.ts";
import { envFromRules, envRules } from "./environment-rules.ts";
import { fileRules } from "./file-rules.ts";

/**
 * What holds for everything that is run: processes, and the templates of processes in phases. `components`: names of
 * those that there are, where that is known.
 */
export function runRules(field: string, run: RunTemplate, components?: readonly string[]): StatusCause[] {
  const { ports } = run;
  return [
    ...command(`${field}.command`, run.command),
    ...argumentRules(field, run),
    ...envRules(`${field}.env`, run.env),
    ...envFromRules(`${field}.envFrom`, run.envFrom),
    ...insidePath(`${field}.workingDir`, run.workingDir),
    ...portRules(`${field}.ports`, ports),
    ...fileRules(field, run, components),
    ...probeRules(`${field}.startupProbe`, run.startupProbe, ports),
    ...probeRules(`${field}.readinessProbe`, run.readinessProbe, ports),
    ...probeRules(`${field}.livenessProbe`, run.livenessProbe, ports),
    ...command(`${field}.stop.before.exec.command`, run.stop.before?.exec.command),
    ...limitRules(`${field}.limits`, run.limits),
    ...positiveQuantity(`${field}.log.maxSize`, run.log.maxSize),
    ...metricsRules(`${field}.metrics`, run),
    ...outputsRules(`${field}.outputs`, run.outputs),
  ];
}

function metricsRules(field: string, { metrics, ports }: RunTemplate): StatusCause[] {
  if (metrics === undefined) return [];
  return [
    ...portReference(`${field}.port`, metrics.port, ports),
    ...(metrics.path.startsWith("/") ? [] : [invalidValue(`${field}.path`, metrics.path, "must start with /")]),
  ];
}

/** What is fetched of something that has run. */
export function outputsRules(field: string, outputs: RunTemplate["outputs"]): StatusCause[] {
  return [
    ...positiveQuantity(`${field}.maxSize`, outputs?.maxSize),
    ...(outputs?.files ?? []).flatMap((glob, index) => insidePath(`${field}.files[${index}]`, glob)),
  ];
}

function portRules(field: string, ports: readonly ProcessPort[]): StatusCause[] {
  return [
    ...unique(
      field,
      "name",
      ports.map((one) => one.name),
    ),
    ...unique(
      field,
      "port",
      ports.map((one) => (one.port === 0 ? undefined : one.port)),
    ),
  ];
}

function probeRules(field: string, probe: Probe | undefined, ports: readonly ProcessPort[]): StatusCause[] {
  if (probe === undefined) return [];
  const { httpGet, tcpSocket, exec } = probe;
  return [
    ...exactlyOne(field, { httpGet, tcpSocket, exec }),
    ...portReference(`${field}.httpGet.port`, httpGet?.port, ports),
    ...portReference(`${field}.tcpSocket.port`, tcpSocket?.port, ports),
    ...command(`${field}.exec.command`, exec?.command),
    ...(httpGet === undefined || httpGet.path.startsWith("/")
      ? []
      : [invalidValue(`${field}.httpGet.path`, httpGet.path, "must start with /")]),
    ...positiveDuration(`${field}.period`, probe.period),
    ...positiveDuration(`${field}.timeout`, probe.timeout),
  ];
}

function portReference(field: string, port: number | string | undefined, ports: readonly ProcessPort[]): StatusCause[] {
  if (typeof port !== "string" || ports.some((one) => one.name === port)) return [];
  const names = ports.map((one) => one.name).join(", ");
  return [invalidValue(field, port, `is no port of the process (${names === "" ? "it has none" : `it has ${names}`})`)];
}

function limitRules(field: string, limits: RunTemplate["limits"]): StatusCause[] {
  return [
    ...positiveQuantity(`${field}.cpu`, limits.cpu),
    ...positiveQuantity(`${field}.memory`, limits.memory),
    ...notNegative(`${field}.coreSize`, limits.coreSize),
  ];
}

/** A quantity above 0. */
export function positiveQuantity(field: string, quantity: number | string | undefined): StatusCause[] {
  if (quantity === undefined || (parseQuantity(quantity) ?? 0) > 0) return [];
  return [invalidValue(field, quantity, "must be greater than 0")];
}

/** A quantity of 0 or more. */
export function notNegative(field: string, quantity: number | string | undefined): StatusCause[] {
  if (quantity === undefined || (parseQuantity(quantity) ?? -1) >= 0) return [];
  return [invalidValue(field, quantity, "must be greater than or equal to 0")];
}
