import type { RunRequest } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";

const defaults = { timeoutMs: 0, maxConcurrent: 0, maxOutputBytes: 1 << 20 };

/** Of stdout and of stderr of one machine: all of it is held in memory until the command has ended. */
const mostOutputBytes = 64 << 20;

/** The request in a body; BadRequest where there is none. */
export function readRunRequest(body: unknown): RunRequest {
  if (!isRecord(body)) throw new StatusError("BadRequest", "a RunRequest is expected");
  const request = { ...defaults, ...body };
  const fault = Object.entries(fields).find(([name, { holds }]) => {
    const value = request[name as keyof typeof request] as unknown;
    return value !== undefined && !holds(value);
  });
  if (fault !== undefined) throw new StatusError("BadRequest", `${fault[0]} must be ${fault[1].words}`);
  const checked = request as unknown as RunRequest;
  if (checked.argv === undefined) throw new StatusError("BadRequest", `argv must be ${fields.argv.words}`);
  const { resources, selector, pool, application } = checked;
  const chosen = [resources, selector, pool, application].filter((way) => way !== undefined);
  if (chosen.length !== 1)
    throw new StatusError("BadRequest", "exactly one of resources, selector, pool and application is to be given");
  return checked;
}

interface FieldRule {
  readonly words: string;
  readonly holds: (value: unknown) => boolean;
}

const text: FieldRule = { words: "a text", holds: (value) => typeof value === "string" };
const count: FieldRule = { words: "a whole number, 0 or more", holds: isCount };

const fields = {
  argv: { words: "a list of words with at least one", holds: (value) => isTexts(value) && value.length > 0 },
  resources: { words: "a list of names", holds: isTexts },
  selector: text,
  pool: text,
  application: {
    words: "{namespace, name}",
    holds: (value) => isRecord(value) && text.holds(value["namespace"]) && text.holds(value["name"]),
  },
  env: { words: "texts by name", holds: (value) => isRecord(value) && isTexts(Object.values(value)) },
  user: text,
  timeoutMs: count,
  maxConcurrent: count,
  maxOutputBytes: {
    words: `a whole number from 0 to ${mostOutputBytes}`,
    holds: (value) => isCount(value) && value <= mostOutputBytes,
  },
} satisfies Readonly<Record<keyof RunRequest, FieldRule>>;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
