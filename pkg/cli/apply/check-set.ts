import type { KubeObject } from "../../api/index.ts";
import { isReason, type StatusCause, StatusError } from "../../status/index.ts";
import type { Invocation } from "../command.ts";
import { eachLimited } from "../each-limited.ts";
import type { LocatedManifest } from "../manifests/located-manifests.ts";
import type { ManifestFault } from "../manifests/manifest.ts";
import { causeText } from "../report-error.ts";
import { suggestField } from "./suggest-field.ts";

/** A manifest that the server would take. */
export interface CheckedManifest {
  readonly manifest: LocatedManifest;
  /** What is there now. */
  readonly live: KubeObject | undefined;
  /** What would be there after it. */
  readonly preview: KubeObject;
}

export interface CheckedSet {
  readonly checked: readonly CheckedManifest[];
  readonly faults: readonly ManifestFault[];
}

export const fieldManager = "plush";
const maxAtOnce = 8;

/** Dry-runs every manifest; namespaces that the set itself makes count as there. */
export async function checkSet(
  call: Invocation,
  manifests: readonly LocatedManifest[],
  options: { readonly force: boolean },
): Promise<CheckedSet> {
  const madeNamespaces = new Set(manifests.filter(({ kind }) => kind.kind === "Namespace").map(({ name }) => name));
  const warned = new Set<string>();
  const onWarning = (text: string): void => {
    if (!warned.has(text)) call.terminal.warn(text);
    warned.add(text);
  };
  const checker = new Checker(call, options.force, madeNamespaces, onWarning);
  const results = await eachLimited(manifests, maxAtOnce, (manifest) => checker.check(manifest));
  return {
    checked: results.flatMap((result) => ("preview" in result ? [result] : [])),
    faults: results.flatMap((result) => ("preview" in result ? [] : result.faults)),
  };
}

class Checker {
  readonly #call: Invocation;
  readonly #force: boolean;
  readonly #madeNamespaces: ReadonlySet<string>;
  readonly #onWarning: (text: string) => void;

  constructor(
    call: Invocation,
    force: boolean,
    madeNamespaces: ReadonlySet<string>,
    onWarning: (text: string) => void,
  ) {
    this.#call = call;
    this.#force = force;
    this.#madeNamespaces = madeNamespaces;
    this.#onWarning = onWarning;
  }

  async check(manifest: LocatedManifest): Promise<CheckedManifest | { readonly faults: readonly ManifestFault[] }> {
    try {
      const live = await this.#live(manifest);
      return { manifest, live, preview: await this.#preview(manifest) };
    } catch (error) {
      if (!(error instanceof StatusError) || error.reason === "Unreachable" || error.reason === "Unauthorized")
        throw error;
      return { faults: await this.#withSuggestions(manifest, faultsOf(manifest, error)) };
    }
  }

  async #withSuggestions(manifest: LocatedManifest, faults: readonly ManifestFault[]): Promise<ManifestFault[]> {
    const { transport } = await this.#call.session.client();
    const told = faults.map(async (fault) => {
      const field = /^(\S+): unknown field$/.exec(fault.message)?.[1];
      if (field === undefined) return fault;
      return { ...fault, message: `${fault.message}${await suggestField(transport, manifest.kind, field)}` };
    });
    return Promise.all(told);
  }

  async #live({ kind, namespace, name }: LocatedManifest): Promise<KubeObject | undefined> {
    const client = await this.#call.session.client();
    try {
      return await client.get(kind, { namespace, name });
    } catch (error) {
      if (isReason(error, "NotFound")) return undefined;
      throw error;
    }
  }

  async #preview({ kind, namespace, name, object }: LocatedManifest): Promise<KubeObject> {
    const client = await this.#call.session.client();
    const options = { ...applyOptions(this.#force), dryRun: true, onWarning: this.#onWarning };
    try {
      return await client.patch(kind, { namespace, name }, { type: "apply", body: object }, options);
    } catch (error) {
      if (!this.#madeNamespaces.has(namespace) || !isReason(error, "NotFound")) throw error;
    }
    // Its namespace comes with the set: looked at in another one, where it must only not exist by chance.
    const elsewhere = { ...object, metadata: { ...object.metadata, namespace: "default" } };
    const { force: _, ...createOptions } = options;
    try {
      return await client.create(kind, elsewhere, createOptions);
    } catch (error) {
      if (isReason(error, "AlreadyExists")) return object;
      throw error;
    }
  }
}

/** Options of every write that applies a manifest. */
export function applyOptions(force: boolean) {
  return { fieldManager, force, fieldValidation: "Strict" as const };
}

/** One fault a cause, each on the line of its field. */
export function faultsOf(manifest: LocatedManifest, error: StatusError): ManifestFault[] {
  const causes = error.details.causes ?? unknownFields(error.message);
  if (causes.length === 0) return [{ file: manifest.file, line: manifest.lineOf(""), message: error.message }];
  const hint = error.reason === "Conflict" ? " (--force-conflicts takes the field over)" : "";
  return causes.map((cause) => ({
    file: manifest.file,
    line: manifest.lineOf(cause.field ?? ""),
    message: `${causeText(cause)}${hint}`,
  }));
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
