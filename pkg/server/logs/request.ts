import { parseLabelSelector } from "../../api/index.ts";
import { parseTimestamp } from "../../clock/index.ts";
import type { LogsRequest } from "../../protocol/index.ts";
import { badRequest, checkFields, count, type FieldRules, flag, isTexts, text, texts } from "../check-fields.ts";

const rules: FieldRules<LogsRequest> = {
  namespace: text,
  processes: texts,
  selectors: {
    words: "a list of label selectors",
    holds: (value) => isTexts(value) && value.every((each) => parseLabelSelector(each) !== undefined),
  },
  follow: flag,
  previous: flag,
  timestamps: flag,
  tailLines: count,
  sinceSeconds: count,
  sinceTime: {
    words: "a time as of RFC 3339",
    holds: (value) => typeof value === "string" && parseTimestamp(value) !== undefined,
  },
  limitBytes: count,
};

/** The request in a body; BadRequest where there is none. */
export function readLogsRequest(body: unknown): LogsRequest {
  const request = checkFields<LogsRequest>("LogsRequest", body, rules, {});
  if (request.namespace === undefined) throw badRequest(`namespace must be ${text.words}`);
  if (request.processes === undefined && request.selectors === undefined)
    throw badRequest("processes or selectors are to be given");
  return request;
}
