import type { JoinTokenRequest } from "../protocol/index.ts";
import { badRequest, checkFields, type FieldRules, text } from "./check-fields.ts";

const positive = {
  words: "a whole number, 1 or more",
  holds: (value: unknown) => typeof value === "number" && Number.isSafeInteger(value) && value >= 1,
};

const fields: FieldRules<JoinTokenRequest> = { pool: text, uses: positive, ttlMs: positive };

/** The request in a body; BadRequest where there is none. */
export function readJoinTokenRequest(body: unknown): JoinTokenRequest {
  const checked = checkFields<JoinTokenRequest>("JoinTokenRequest", body, fields, { uses: 1 });
  if (checked.pool === undefined) throw badRequest(`pool must be ${text.words}`);
  return checked;
}
