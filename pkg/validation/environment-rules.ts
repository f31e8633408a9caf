import { type EnvFromSource, type EnvVar, forbidden } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { exactlyOne, unique } from "./checks.ts";

const ownPrefix = "PLUSH_";

export function envRules(field: string, env: readonly EnvVar[]): StatusCause[] {
  return [
    ...unique(
      field,
      "name",
      env.map((variable) => variable.name),
    ),
    ...env.flatMap((variable, index) => envVarRules(`${field}[${index}]`, variable)),
  ];
}

function envVarRules(field: string, { name, value, valueFrom }: EnvVar): StatusCause[] {
  return [
    ...(name.startsWith(ownPrefix) ? [forbidden(`${field}.name`, `${ownPrefix}* are set by Plush`)] : []),
    ...(value !== undefined && valueFrom !== undefined
      ? [forbidden(`${field}.valueFrom`, "may not be set beside value")]
      : []),
    ...(valueFrom === undefined ? [] : exactlyOne(`${field}.valueFrom`, sources(valueFrom))),
  ];
}

function sources({ secretKeyRef, configMapKeyRef }: NonNullable<EnvVar["valueFrom"]>): Record<string, unknown> {
  return { secretKeyRef, configMapKeyRef };
}

export function envFromRules(field: string, envFrom: readonly EnvFromSource[]): StatusCause[] {
  return envFrom.flatMap(({ secretRef, configMapRef }, index) =>
    exactlyOne(`${field}[${index}]`, { secretRef, configMapRef }),
  );
}
