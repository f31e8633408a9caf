import { readBody, statusErrorOf, type Transport } from "../../client/portable.ts";
import { kindSchema, memberSchema, resolveSchema } from "../../manifests/portable.ts";
import { dig, type Fields, fields, text } from "../../merge/index.ts";
import type { Path } from "./edit-value.ts";

/** What the server publishes of its kinds: forms and completions are made from it, so they fit the server that is there. */
export class Schemas {
  readonly #byVersion: ReadonlyMap<string, Fields>;

  /** `byVersion`: components.schemas by "plush.dev/v1", "v1". */
  constructor(byVersion: ReadonlyMap<string, Fields>) {
    this.#byVersion = byVersion;
  }

  /** The schema of an object; undefined where the server does not know the kind. */
  ofKind(apiVersion: string, kind: string): Fields | undefined {
    const schemas = this.#byVersion.get(apiVersion);
    if (schemas === undefined) return undefined;
    const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
    const found = kindSchema(schemas, group ?? "", version ?? "", kind);
    return found === undefined ? undefined : resolveSchema(schemas, found);
  }

  /** The schema of what stands at a path of an object. */
  at(apiVersion: string, kind: string, path: Path): Fields | undefined {
    const schemas = this.#byVersion.get(apiVersion) ?? {};
    let current = this.ofKind(apiVersion, kind);
    for (const step of path) {
      if (current === undefined) return undefined;
      current = this.member(schemas, current, step);
    }
    return current;
  }

  /** A schema below another of the same version, references followed. */
  resolve(apiVersion: string, schema: unknown): Fields {
    return resolveSchema(this.#byVersion.get(apiVersion) ?? {}, schema);
  }

  /** Every kind there is, as apiVersion and kind. */
  kinds(): readonly { readonly apiVersion: string; readonly kind: string }[] {
    return [...this.#byVersion].flatMap(([apiVersion, schemas]) =>
      Object.values(schemas).flatMap((schema) => {
        const kinds = fields(schema)["x-kubernetes-group-version-kind"];
        return Array.isArray(kinds) ? kinds.map((one) => ({ apiVersion, kind: text(fields(one)["kind"]) })) : [];
      }),
    );
  }

  private member(schemas: Fields, schema: Fields, step: string | number): Fields | undefined {
    if (typeof step === "number")
      return schema["type"] === "array" ? resolveSchema(schemas, schema["items"]) : undefined;
    const own = fields(schema["properties"])[step];
    if (own !== undefined) return resolveSchema(schemas, own);
    const isMap = schema["properties"] === undefined && typeof schema["additionalProperties"] === "object";
    return isMap ? memberSchema(schemas, resolveSchema(schemas, schema["additionalProperties"])) : undefined;
  }
}

const versions = { "plush.dev/v1": "apis/plush.dev/v1", v1: "api/v1" } as const;

export async function loadSchemas(transport: Transport, signal: AbortSignal): Promise<Schemas> {
  const paths = fields(dig(await getJson(transport, "/openapi/v3", signal), "paths"));
  const loaded = await Promise.all(
    Object.entries(versions).map(async ([apiVersion, name]): Promise<readonly [string, Fields]> => {
      const url = text(dig(paths[name], "serverRelativeURL"));
      return [apiVersion, fields(dig(await getJson(transport, url, signal), "components", "schemas"))];
    }),
  );
  return new Schemas(new Map(loaded));
}

async function getJson(transport: Transport, path: string, signal: AbortSignal): Promise<unknown> {
  const response = await transport.request({ method: "GET", path, headers: { accept: "application/json" }, signal });
  const body = await readBody(response.body);
  if (response.status >= 300) throw statusErrorOf(response.status, body);
  return JSON.parse(body);
}
