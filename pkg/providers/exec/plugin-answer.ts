import { decodeObject, kinds } from "../../api/index.ts";
import type { MadeMachine } from "../../fabric/index.ts";
import { StatusError, type StatusReason } from "../../status/index.ts";

/** What a plugin may call its errors; anything else is Unreachable: it may help to ask again. */
const reasons: ReadonlySet<string> = new Set<StatusReason>([
  "Invalid",
  "NotFound",
  "Forbidden",
  "ServiceUnavailable",
  "TooManyRequests",
  "MethodNotAllowed",
]);
const states: readonly MadeMachine["state"][] = ["Coming", "Running", "Failed", "Leaving"];
const machineFields = ["address", "port", "dataAddress", "labels", "location", "capacity", "ssh"] as const;

type Fields = Readonly<Record<string, unknown>>;

/** Reads what a plugin printed: one JSON object. Throws what it reports as its error, else Unreachable for no answer. */
export function readAnswer(text: string): Fields {
  const answer = fieldsOf(parse(text));
  if (answer === undefined) throw unusable(`it printed ${shown(text)} instead of one JSON object`);
  const error = fieldsOf(answer["error"]);
  if (error === undefined) return answer;
  const { reason, message } = error;
  const words = typeof message === "string" ? message.slice(0, 1000) : "it failed, and does not say why";
  throw new StatusError(typeof reason === "string" && isReason(reason) ? reason : "Unreachable", words);
}

/** `machines` of an answer to list; each name once. */
export function readMachines(answer: Fields): readonly MadeMachine[] {
  const { machines } = answer;
  if (!Array.isArray(machines)) throw unusable("its answer has no list of machines");
  const read = machines.map((one: unknown) => readMachine(one));
  const names = new Set(read.map(({ name }) => name));
  if (names.size !== read.length) throw unusable("its answer names a machine twice");
  return read;
}

/** One machine, as its Resource will have to be. */
export function readMachine(value: unknown): MadeMachine {
  const fields = fieldsOf(value);
  const name = fields?.["name"];
  if (fields === undefined || typeof name !== "string" || name === "") throw unusable("a machine has no name");
  const state = states.find((one) => one === fields["state"]);
  if (state === undefined) throw unusable(`machine ${name}: state has to be one of ${states.join(", ")}`);
  const { message, lentUntil } = fields;
  return {
    name,
    state,
    ...(state === "Running" && { spec: specOf(name, fields) }),
    ...(typeof message === "string" && message !== "" && { message: message.slice(0, 1000) }),
    ...(lentUntil !== undefined && { lentUntil: timeOf(name, lentUntil) }),
  };
}

/** Checked by the schema of what is made of it. */
function specOf(name: string, fields: Fields): NonNullable<MadeMachine["spec"]> {
  const spec = Object.fromEntries(machineFields.flatMap((key) => (key in fields ? [[key, fields[key]]] : [])));
  const decoded = decodeObject(kinds.Resource, {
    apiVersion: "plush.dev/v1",
    kind: "Resource",
    metadata: { name },
    spec,
  });
  if (!("object" in decoded)) {
    const faults = decoded.causes.map((cause) => `${(cause.field ?? "").replace(/^spec\./, "")}: ${cause.message}`);
    throw unusable(`machine ${name}: ${faults.join("; ")}`);
  }
  const { poolName: _p, taints: _t, unschedulable: _u, ...rest } = decoded.object.spec;
  return rest;
}

function timeOf(name: string, value: unknown): string {
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) throw unusable(`machine ${name}: lentUntil has to be a time such as 2027-01-01T00:00:00Z`);
  return new Date(at).toISOString();
}

function isReason(text: string): text is StatusReason {
  return reasons.has(text);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function shown(text: string): string {
  const start = text.trim().slice(0, 80);
  return start === "" ? "nothing" : JSON.stringify(start);
}

function unusable(message: string): StatusError {
  return new StatusError("Unreachable", message);
}
