import type { Identity } from "../../auth/index.ts";
import type { FieldValidation, WriteContext } from "../backend.ts";
import { invalidParameter } from "../errors.ts";
import type { Query } from "./query.ts";

const maxManagerLength = 128;

/** Reads how a write is to be done. Throws Invalid for parameters that cannot be honoured: ignoring them would write. */
export function readWriteContext(options: {
  readonly identity: Identity;
  readonly query: Query;
  readonly userAgent: string | undefined;
  readonly verb: string;
  readonly isApply: boolean;
  readonly warn: (text: string) => void;
  /** Paths of fields that the body sets twice. */
  readonly duplicates: () => readonly string[];
}): WriteContext {
  const { identity, query, userAgent, verb, isApply, warn } = options;
  const type = optionTypes.get(verb) ?? "UpdateOptions";
  const given = query.get("fieldManager") ?? "";
  checkManager(given, type);
  const fieldValidation = readFieldValidation(query.get("fieldValidation"), type);
  return {
    identity,
    // An apply must say who applies; any other client is known by its name.
    fieldManager: given !== "" || isApply ? given : managerOfAgent(userAgent),
    dryRun: readDryRun(query.all("dryRun"), type),
    fieldValidation,
    warn,
    ...(fieldValidation !== "Ignore" && { duplicateFields: options.duplicates() }),
  };
}

const optionTypes: ReadonlyMap<string, string> = new Map([
  ["create", "CreateOptions"],
  ["update", "UpdateOptions"],
  ["patch", "PatchOptions"],
  ["delete", "DeleteOptions"],
  ["deletecollection", "DeleteOptions"],
]);

function checkManager(name: string, type: string): void {
  if (name === "") return;
  if (Buffer.byteLength(name) > maxManagerLength)
    throw invalidParameter("fieldManager", `Too long: may not be more than ${maxManagerLength} bytes`, type);
  if (!/^\P{C}*$/u.test(name))
    throw invalidParameter(
      "fieldManager",
      `Invalid value: ${JSON.stringify(name)}: should only contain printable characters`,
      type,
    );
}

/** Names of clients by what they call themselves. */
const managers = new Map<string, string>();
const maxManagers = 256;

/** "kubectl" of "kubectl/v1.33.1 (linux/amd64)". */
function managerOfAgent(userAgent = ""): string {
  const known = managers.get(userAgent);
  if (known !== undefined) return known;
  const manager = readManager(userAgent);
  if (managers.size >= maxManagers) managers.clear();
  if (userAgent.length <= maxManagerLength) managers.set(userAgent, manager);
  return manager;
}

function readManager(userAgent: string): string {
  const [name = ""] = userAgent.split("/");
  return name.replaceAll(/\p{C}/gu, "").slice(0, maxManagerLength) || "unknown";
}

export function readDryRun(values: readonly unknown[], type: string): boolean {
  for (const value of values)
    if (value !== "All")
      throw invalidParameter("dryRun", `Unsupported value: ${JSON.stringify(value)}: supported values: "All"`, type);
  return values.length > 0;
}

function readFieldValidation(value: string | undefined, type: string): FieldValidation {
  if (value === undefined || value === "") return "Warn";
  if (value === "Strict" || value === "Warn" || value === "Ignore") return value;
  throw invalidParameter(
    "fieldValidation",
    `Unsupported value: ${JSON.stringify(value)}: supported values: "Ignore", "Strict", "Warn"`,
    type,
  );
}

/**
 * The value of a Warning header (RFC 7234, 5.5): code 299, and the text quoted, in one line. Clients read it as UTF-8; Node
 * takes headers byte by byte.
 */
export function warningHeader(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").replaceAll(/\p{Cc}/gu, "?");
  const quoted = `299 - "${line.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  return Buffer.from(quoted).toString("latin1");
}
