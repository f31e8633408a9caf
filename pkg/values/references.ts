import type { ProcessSpec } from "../api/index.ts";

/** Whether a variable or a file of the process comes from this Secret or ConfigMap of its namespace. */
export function refersTo(
  { env, envFrom, files }: Pick<ProcessSpec, "env" | "envFrom" | "files">,
  kind: "Secret" | "ConfigMap",
  name: string,
): boolean {
  const isSecret = kind === "Secret";
  const one = (from: KeyReferences): boolean => (isSecret ? from.secretKeyRef : from.configMapKeyRef)?.name === name;
  return (
    env.some(({ valueFrom = {} }) => one(valueFrom)) ||
    envFrom.some(({ secretRef, configMapRef }) => (isSecret ? secretRef : configMapRef)?.name === name) ||
    files.some(one)
  );
}

interface KeyReferences {
  readonly secretKeyRef?: { readonly name: string };
  readonly configMapKeyRef?: { readonly name: string };
}
