import type { KindInfo } from "../../api/index.ts";
import type { Transport } from "../../client/index.ts";
import { memberSchema, resolveSchema } from "../../manifests/index.ts";
import { fetchOpenApi } from "../explain/open-api.ts";
import { didYouMean } from "../nearest-word.ts";
import { fields } from "../wire-fields.ts";

/** `; did you mean "replicas"?` for spec.components[0].replica, by the server's schema; "" where nothing is close. */
export async function suggestField(transport: Transport, kind: KindInfo, path: string): Promise<string> {
  const names = path.replaceAll(/\[[^\]]*\]/g, "").split(".");
  const unknown = names.pop() ?? "";
  try {
    const { schemas, root } = await fetchOpenApi(transport, kind);
    let schema = memberSchema(schemas, resolveSchema(schemas, root));
    for (const name of names) {
      schema = memberSchema(schemas, resolveSchema(schemas, fields(schema["properties"])[name]));
    }
    return didYouMean(unknown, Object.keys(fields(schema["properties"])));
  } catch {
    // A hint is not worth another error.
    return "";
  }
}
