import type { StatusCause, StatusError } from "../status/index.ts";
import type { LocatedManifest, ManifestFault } from "./manifest.ts";

/** What the server has against a manifest: one fault a cause, each on the line of its field. */
export function faultsOf(manifest: LocatedManifest, error: StatusError): ManifestFault[] {
  const { file, lineOf } = manifest;
  if (manifest.isHidden === true) return hiddenFaults(manifest, error);
  const causes = causesOf(error);
  if (causes.length === 0) return [{ file, line: lineOf(""), message: error.message }];
  return causes.map((cause) => ({ file, line: lineOf(cause.field ?? ""), message: causeText(cause) }));
}

/** What the server has to say about single fields; none: it is about the whole. */
export function causesOf(error: StatusError): readonly StatusCause[] {
  return error.details.causes ?? unknownFields(error.message);
}

/** Where, and no more: messages of the server quote what they are about. */
function hiddenFaults({ file, lineOf }: LocatedManifest, { reason, details }: StatusError): ManifestFault[] {
  const fields = (details.causes ?? []).map(({ field = "" }) => field);
  const words = `refused (${reason}); why is not said, since values of Secrets stand in it`;
  return (fields.length === 0 ? [""] : fields).map((field) => ({
    file,
    line: lineOf(field),
    message: field === "" ? words : `${field}: ${words}`,
  }));
}

/** "spec.replicas: must be a number", in a line. */
export function causeText(cause: StatusCause): string {
  const text = cause.field === undefined || cause.field === "" ? cause.message : `${cause.field}: ${cause.message}`;
  return text.trim().replaceAll(/\s*\n\s*/g, "; ");
}

/** `strict decoding error: unknown field "spec.replicaz", unknown field …` names its fields in the message alone. */
function unknownFields(message: string): readonly StatusCause[] {
  return [...message.matchAll(/(unknown|duplicate) field "([^"]+)"( \([^()]*\))?/g)].map(
    ([, word, field, hint = ""]) => ({
      reason: "FieldValueInvalid",
      field: field ?? "",
      message: `${word} field${hint}`,
    }),
  );
}
