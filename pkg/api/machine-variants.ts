import type { Resource } from "./generated/types.ts";

/** A machine, as far as packages are chosen by it: the value of an attribute, or else of a label of that name. */
export type MachineAttribute = (name: string) => string | number | undefined;

/** A Resource as packages are chosen by it. */
export function machineAttribute({ metadata, spec, status }: Resource): MachineAttribute {
  return (name) => status?.attributes?.[name] ?? spec.labels?.[name] ?? metadata.labels?.[name];
}

/** Attributes that a machine must have, each with this value. */
export type AttributeMatch = Readonly<Record<string, string>>;

/** Whether a machine has all that a variant asks for. */
export function matchesMachine(match: AttributeMatch, attribute: MachineAttribute): boolean {
  return Object.entries(match).every(([name, value]) => String(attribute(name) ?? "") === value);
}

/** Why a package that has variants alone is not for a machine: "no variant of Software sword for arch riscv64". */
export function noVariantText(name: string, variants: readonly AttributeMatch[], attribute: MachineAttribute): string {
  const asked = [...new Set(variants.flatMap((match) => Object.keys(match)))].sort();
  const has = asked.map((one) => `${one} ${attribute(one) ?? "unknown"}`).join(", ");
  return `no variant of Software ${name} for ${has}`;
}
