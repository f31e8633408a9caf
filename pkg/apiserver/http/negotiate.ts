import { StatusError } from "../../status/index.ts";

/** In which form the client wants objects. */
export type Form = "json" | "table" | "partial";

export interface MediaType {
  /** "application/json". */
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Chooses the first form of the Accept header that can be served. Throws NotAcceptable where there is none. */
export function chooseForm(accept: string | undefined): Form {
  const wanted = parseMediaTypes(accept ?? "");
  if (wanted.length === 0) return "json";
  for (const { type, parameters } of wanted) {
    if (type === "*/*" || type === "application/*") return "json";
    if (type !== "application/json") continue;
    const form = formOf(parameters);
    if (form !== undefined) return form;
  }
  throw new StatusError(
    "NotAcceptable",
    "only the following media types are accepted: application/json, application/json;as=Table;v=v1;g=meta.k8s.io",
  );
}

function formOf(parameters: Readonly<Record<string, string>>): Form | undefined {
  const { as, v, g } = parameters;
  if (as === undefined) return "json";
  if (g !== "meta.k8s.io" || v !== "v1") return undefined;
  if (as === "Table") return "table";
  return as === "PartialObjectMetadata" || as === "PartialObjectMetadataList" ? "partial" : undefined;
}

/** Headers that were read before: clients send few different ones. */
const known = new Map<string, readonly MediaType[]>();
const maxKnown = 256;
const maxKnownLength = 512;

/** The entries of an Accept or Content-Type header, in order. */
export function parseMediaTypes(header: string): readonly MediaType[] {
  const found = known.get(header);
  if (found !== undefined) return found;
  const types = readMediaTypes(header);
  if (known.size >= maxKnown) known.clear();
  if (header.length <= maxKnownLength) known.set(header, types);
  return types;
}

function readMediaTypes(header: string): readonly MediaType[] {
  return header.split(",").flatMap((entry) => {
    const [type = "", ...rest] = entry.split(";").map((part) => part.trim());
    if (type === "") return [];
    const parameters = rest.map((parameter) => {
      const [name = "", value = ""] = parameter.split("=");
      return [name.trim(), value.trim().replace(/^"|"$/g, "")] as const;
    });
    return [{ type: type.toLowerCase(), parameters: Object.fromEntries(parameters) }];
  });
}
