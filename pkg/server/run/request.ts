import type { RunControl, RunRequest } from "../../protocol/index.ts";
import {
  badRequest,
  checkFields,
  count,
  type FieldRule,
  type FieldRules,
  flag,
  isCount,
  isRecord,
  isTexts,
  text,
} from "../check-fields.ts";

const defaults = { timeoutMs: 0, maxConcurrent: 0, maxOutputBytes: 1 << 20 };

/** Of stdout and of stderr of one machine: all of it is held in memory until the command has ended. */
const mostOutputBytes = 64 << 20;

/** The request in a body; BadRequest where there is none. */
export function readRunRequest(body: unknown): RunRequest {
  const checked = checkFields<RunRequest>("RunRequest", body, requestFields, defaults);
  if (checked.argv === undefined) throw badRequest(`argv must be ${requestFields.argv.words}`);
  const { resources, selector, pool, application } = checked;
  const chosen = [resources, selector, pool, application].filter((way) => way !== undefined);
  if (chosen.length !== 1) throw badRequest("exactly one of resources, selector, pool and application is to be given");
  if (checked.takesInput === true && (checked.maxConcurrent > 0 || checked.input !== undefined))
    throw badRequest("takesInput goes with neither maxConcurrent nor input: commands that begin later would miss some");
  return checked;
}

export function readRunControl(body: unknown): RunControl {
  const checked = checkFields<RunControl>("RunControl", body, controlFields, {});
  if (checked.run === undefined) throw badRequest(`run must be ${text.words}`);
  return checked;
}

const onlyTrue: FieldRule = { words: "true", holds: (value) => value === true };
const bytes: FieldRule = {
  words: "base64",
  holds: (value) => typeof value === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(value),
};

const requestFields = {
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
  input: bytes,
  takesInput: flag,
  streams: flag,
} satisfies FieldRules<RunRequest>;

const controlFields: FieldRules<RunControl> = { run: text, stop: onlyTrue, input: bytes, endInput: onlyTrue };
