import { decodeObject, type KindInfo, type KubeObject } from "../api/index.ts";
import { unknownFieldHint, validateObject } from "../validation/index.ts";
import { checkBody } from "./admission.ts";
import { badRequest, invalid } from "./errors.ts";

/**
 * Reads a question that is answered and never stored, with its defaults. Throws BadRequest where the body is none or has
 * fields that the kind does not have (the answer would be one to another question), Invalid with every other fault found.
 */
export function readQuestion<T extends KubeObject>(kind: KindInfo<T>, body: unknown): T {
  const question = checkBody(kind, body);
  const result = decodeObject(kind, { ...question, metadata: question["metadata"] ?? {} });
  const [unknown] = result.unknownFields;
  if (unknown !== undefined) {
    const hint = unknownFieldHint(question, unknown);
    throw badRequest(`unknown field ${JSON.stringify(unknown)}${hint === undefined ? "" : ` (${hint})`}`);
  }
  if (!("object" in result)) throw invalid(kind, "", result.causes);
  const causes = validateObject(kind, result.object);
  if (causes.length > 0) throw invalid(kind, "", causes);
  return result.object;
}
