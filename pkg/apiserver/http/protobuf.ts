import { badRequest } from "../errors.ts";

/**
 * Reads what kubectl sends as Kubernetes protobuf for kinds that it has Go types for: create namespace, secret,
 * configmap, serviceaccount, and the self-reviews. Answers are JSON, which it takes.
 */
export const protobufType = "application/vnd.kubernetes.protobuf";

/** "k8s" and a zero. */
const magic = [0x6b, 0x38, 0x73, 0x00];

/** How one field of a message becomes a field of JSON. */
interface Field {
  readonly name: string;
  readonly type: "string" | "number" | "boolean" | "bytes" | Message;
  /** Repeated: a list, or entries {1 key, 2 value} of a map. */
  readonly many?: "list" | "map";
}

/** Fields of a message by their numbers. */
type Message = Readonly<Record<number, Field>>;

const text = (name: string): Field => ({ name, type: "string" });
const number = (name: string): Field => ({ name, type: "number" });
const flag = (name: string): Field => ({ name, type: "boolean" });
const nested = (name: string, type: Message): Field => ({ name, type });
const list = (name: string, type: Field["type"] = "string"): Field => ({ name, type, many: "list" });
const map = (name: string, type: Field["type"] = "string"): Field => ({ name, type, many: "map" });

const ownerReference: Message = {
  1: text("kind"),
  3: text("name"),
  4: text("uid"),
  5: text("apiVersion"),
  6: flag("controller"),
  7: flag("blockOwnerDeletion"),
};
const metadata: Message = {
  1: text("name"),
  2: text("generateName"),
  3: text("namespace"),
  5: text("uid"),
  6: text("resourceVersion"),
  11: map("labels"),
  12: map("annotations"),
  13: list("ownerReferences", ownerReference),
  14: list("finalizers"),
};
const objectMeta = nested("metadata", metadata);
const localReference: Message = { 1: text("name") };

const messages: Readonly<Record<string, Message>> = {
  Namespace: {
    1: objectMeta,
    2: nested("spec", { 1: list("finalizers") }),
    3: nested("status", { 1: text("phase") }),
  },
  Secret: { 1: objectMeta, 2: map("data", "bytes"), 3: text("type"), 4: map("stringData"), 5: flag("immutable") },
  ConfigMap: { 1: objectMeta, 2: map("data"), 3: map("binaryData", "bytes"), 4: flag("immutable") },
  ServiceAccount: {
    1: objectMeta,
    2: list("secrets", { 3: text("name") }),
    3: list("imagePullSecrets", localReference),
    4: flag("automountServiceAccountToken"),
  },
  SelfSubjectAccessReview: {
    1: objectMeta,
    2: nested("spec", {
      1: nested("resourceAttributes", {
        1: text("namespace"),
        2: text("verb"),
        3: text("group"),
        4: text("version"),
        5: text("resource"),
        6: text("subresource"),
        7: text("name"),
      }),
      2: nested("nonResourceAttributes", { 1: text("path"), 2: text("verb") }),
    }),
  },
  SelfSubjectRulesReview: { 1: objectMeta, 2: nested("spec", { 1: text("namespace") }) },
  SelfSubjectReview: { 1: objectMeta },
  DeleteOptions: {
    1: number("gracePeriodSeconds"),
    2: nested("preconditions", { 1: text("uid"), 2: text("resourceVersion") }),
    3: flag("orphanDependents"),
    4: text("propagationPolicy"),
    5: list("dryRun"),
  },
};

const typeMeta: Message = { 1: text("apiVersion"), 2: text("kind") };
const envelope: Message = { 1: nested("typeMeta", typeMeta), 2: { name: "raw", type: "bytes" } };

/** Reads a protobuf body into the JSON that it stands for. Throws BadRequest where it cannot. */
export function decodeProtobuf(bytes: Uint8Array): unknown {
  if (!magic.every((byte, index) => bytes[index] === byte)) throw badRequest("the body is no Kubernetes protobuf");
  const outer = readMessage(envelope, bytes.subarray(magic.length));
  const { apiVersion, kind } = (outer["typeMeta"] ?? {}) as { apiVersion?: unknown; kind?: unknown };
  const message = typeof kind === "string" ? messages[kind] : undefined;
  if (message === undefined) throw badRequest(`${String(kind)} is not accepted as protobuf; send JSON`);
  const raw = typeof outer["raw"] === "string" ? Buffer.from(outer["raw"], "base64") : new Uint8Array();
  return { apiVersion, kind, ...readMessage(message, raw) };
}

function readMessage(message: Message, bytes: Uint8Array): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const reader = new Reader(bytes);
  while (!reader.atEnd) {
    const tag = reader.varint();
    const value = reader.value(tag & 7);
    const field = message[tag >>> 3];
    if (field !== undefined) put(result, field, value);
  }
  return result;
}

/** Go writes unset scalars too: empty text, zero and false are as good as absent. */
function put(result: Record<string, unknown>, field: Field, value: number | Uint8Array): void {
  const { name, type, many } = field;
  if (many === "map") {
    const entry: Message = { 1: text("key"), 2: { name: "value", type } };
    const { key, value: inner } = readMessage(entry, bytesOf(value)) as { key?: unknown; value?: unknown };
    const known = (result[name] ?? {}) as Record<string, unknown>;
    result[name] = { ...known, [String(key ?? "")]: inner ?? "" };
    return;
  }
  const read = convert(type, value);
  if (many === "list") result[name] = [...((result[name] ?? []) as unknown[]), read];
  else if (read !== "" && read !== 0 && read !== false) result[name] = read;
}

function convert(type: Field["type"], value: number | Uint8Array): unknown {
  switch (type) {
    case "number":
      return typeof value === "number" ? value : 0;
    case "boolean":
      return value === 1;
    case "string":
      return new TextDecoder().decode(bytesOf(value));
    case "bytes":
      return Buffer.from(bytesOf(value)).toString("base64");
    default:
      return readMessage(type, bytesOf(value));
  }
}

function bytesOf(value: number | Uint8Array): Uint8Array {
  if (typeof value === "number") throw badRequest("the protobuf body has a number where a message belongs");
  return value;
}

/** Protobuf's wire format: varints, fixed numbers, and bytes with their length before them. */
class Reader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 10; shift++) {
      const byte = this.#bytes[this.#offset++];
      if (byte === undefined) throw badRequest("the protobuf body ends too early");
      value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) return value;
    }
    throw badRequest("the protobuf body has a number that is too long");
  }

  value(wireType: number): number | Uint8Array {
    switch (wireType) {
      case 0:
        return this.varint();
      case 1:
        return this.#take(8);
      case 2:
        return this.#take(this.varint());
      case 5:
        return this.#take(4);
      default:
        throw badRequest(`the protobuf body has wire type ${wireType}`);
    }
  }

  #take(length: number): Uint8Array {
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw badRequest("the protobuf body ends too early");
    const part = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return part;
  }
}
