import { badRequest } from "../errors.ts";
import { type Field, type Message, messages } from "./protobuf-messages.ts";

/**
 * Reads what kubectl sends as Kubernetes protobuf for kinds that it has Go types for: create namespace, secret, role,
 * token and the like, and reviews. Answers are JSON, which it takes.
 */
export const protobufType = "application/vnd.kubernetes.protobuf";

/** "k8s" and a zero. */
const magic = [0x6b, 0x38, 0x73, 0x00];

const envelope: Message = {
  1: {
    name: "typeMeta",
    type: { 1: { name: "apiVersion", type: "string" }, 2: { name: "kind", type: "string" } },
  },
  2: { name: "raw", type: "bytes" },
};

/** Reads a protobuf body into the JSON that it stands for. Throws BadRequest where it cannot. */
export function decodeProtobuf(bytes: Uint8Array): unknown {
  if (!magic.every((byte, index) => bytes[index] === byte)) throw badRequest("the body is no Kubernetes protobuf");
  const outer = readMessage(envelope, bytes.subarray(magic.length));
  const { apiVersion, kind } = (outer["typeMeta"] ?? {}) as { apiVersion?: unknown; kind?: unknown };
  const message = typeof kind === "string" ? messages.get(kind) : undefined;
  if (message === undefined) throw badRequest(`${String(kind)} is not accepted as protobuf; send JSON`);
  const raw = typeof outer["raw"] === "string" ? Buffer.from(outer["raw"], "base64") : new Uint8Array();
  return { apiVersion, kind, ...readMessage(message, raw) };
}

function readMessage(message: Message, bytes: Uint8Array): Record<string, unknown> {
  // A prototype would make keys of maps, which clients choose, mean something.
  const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const reader = new Reader(bytes);
  while (!reader.atEnd) {
    const tag = reader.varint();
    const value = reader.value(tag & 7);
    const field = message[tag >>> 3];
    if (field !== undefined) put(result, field, value);
  }
  return { ...result };
}

/** Go writes unset text too, and numbers and flags only where they are set: empty text is as good as absent. */
function put(result: Record<string, unknown>, field: Field, value: number | Uint8Array): void {
  const { name, type, many } = field;
  if (many === "map") {
    const entry: Message = { 1: { name: "key", type: "string" }, 2: { name: "value", type } };
    const { key, value: inner } = readMessage(entry, bytesOf(value));
    const known = (result[name] ?? Object.create(null)) as Record<string, unknown>;
    known[String(key ?? "")] = inner ?? (type === "list" ? [] : "");
    result[name] = known;
    return;
  }
  const read = convert(type, value);
  if (many === "list") {
    const known = (result[name] ?? []) as unknown[];
    known.push(read);
    result[name] = known;
  } else if (read !== "" && (field.keepsZero === true || (read !== 0 && read !== false))) result[name] = read;
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
    case "time":
      return timeText(readMessage(timeMessage, bytesOf(value)));
    case "quantity":
      return readMessage(quantityMessage, bytesOf(value))["text"] ?? "0";
    case "list":
      return readMessage(listMessage, bytesOf(value))["items"] ?? [];
    default:
      return readMessage(type, bytesOf(value));
  }
}

const listMessage: Message = { 1: { name: "items", type: "string", many: "list" } };
const quantityMessage: Message = { 1: { name: "text", type: "string" } };
const timeMessage: Message = { 1: { name: "seconds", type: "number" }, 2: { name: "nanos", type: "number" } };
/** Seconds of the last instant that has a four-digit year. */
const lastSecond = 253_402_300_799;

function timeText({ seconds = 0, nanos = 0 }: Record<string, unknown>): string {
  if (typeof seconds !== "number" || typeof nanos !== "number" || Math.abs(seconds) > lastSecond)
    throw badRequest("the protobuf body has a time that is none");
  const micros = String(Math.floor(nanos / 1000) % 1_000_000).padStart(6, "0");
  return new Date(seconds * 1000).toISOString().replace(/\.000Z$/, `.${micros}Z`);
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

  /** Negative numbers are written as their 64 bits. */
  varint(): number {
    const first = this.#bytes[this.#offset];
    if (first !== undefined && first < 0x80) {
      this.#offset++;
      return first;
    }
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#offset++];
      if (byte === undefined) throw badRequest("the protobuf body ends too early");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
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
    if (length < 0 || end > this.#bytes.length) throw badRequest("the protobuf body ends too early");
    const part = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return part;
  }
}
