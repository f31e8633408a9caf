import type { KubeObject } from "../../api/index.ts";
import type { ApplyWord } from "../../manifests/portable.ts";
import { StatusError } from "../../status/index.ts";
import type { Session } from "../live/session.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import type { Action, Effect } from "./action.ts";

/** What the command line calls itself as an owner of fields: who applies by both is one and the same. */
export const fieldManager = "plush";

/** As the server takes them. */
export const maxManifestBytes = 3 << 20;

export interface ApplyOptions {
  /** Of objects that name none. */
  readonly namespace: string;
  /** Fields of others are taken over. */
  readonly force?: boolean;
  /** Told of each object, in the order in which they are written. */
  readonly onApplied?: (word: ApplyWord) => void;
}

/** Makes objects as manifests say; all are checked before any is changed. */
export function apply(text: string, { namespace, force = false, onApplied }: ApplyOptions): Action {
  return {
    title: texts.apply,
    command: ["apply", "-f", "-", "-n", namespace, ...(force ? ["--force-conflicts"] : [])],
    async preview(session, signal) {
      const { objectChanges } = await import("../../manifests/portable.ts");
      const checked = await check(session, text, { namespace, force }, signal);
      return checked.map(({ manifest, live, preview }) =>
        effectOf(
          `${manifest.kind.singular} ${manifest.name}`,
          live,
          objectChanges(live, preview).map(({ path }) => path),
        ),
      );
    },
    async perform(session) {
      const { applyOptions, applyWord } = await import("../../manifests/portable.ts");
      for (const { manifest, live } of await check(session, text, { namespace, force })) {
        const { kind, name, object } = manifest;
        const key = { namespace: manifest.namespace, name };
        const patch = { type: "apply" as const, body: object };
        const written = await session.api.patch(kind, key, patch, applyOptions(fieldManager, force));
        onApplied?.(applyWord(live, written));
      }
    },
  };
}

/** Throws Invalid with a cause for each fault, by its line. */
async function check({ api }: Session, text: string, { namespace, force = false }: ApplyOptions, signal?: AbortSignal) {
  const { checkSet, inApplyOrder, locateSet, parseManifests } = await import("../../manifests/portable.ts");
  const size = new TextEncoder().encode(text).length;
  if (size > maxManifestBytes) throw new StatusError("BadRequest", texts.tooLarge(`${(size / 1e6).toFixed(1)} MB`));
  const parsed = parseManifests([{ file: texts.manifest, directory: "", text }]);
  const { located, faults } = locateSet(parsed.manifests, namespace);
  refuse([...parsed.faults, ...faults]);
  const options = { fieldManager, force, ...(signal !== undefined && { signal }) };
  const set = await checkSet(api, inApplyOrder(located), options);
  refuse(set.faults);
  return set.checked;
}

function refuse(faults: readonly { readonly line: number; readonly message: string }[]): void {
  const [first] = faults;
  if (first === undefined) return;
  const causes = faults.map(({ line, message }) => ({ reason: "FieldValueInvalid", field: `${line}`, message }));
  throw new StatusError("Invalid", `${first.line}: ${first.message}`, { details: { causes } });
}

function effectOf(what: string, live: KubeObject | undefined, changed: readonly string[]): Effect {
  if (live === undefined) return { tone: "good", text: texts.objectCreated(what) };
  if (changed.length === 0) return { tone: "idle", text: texts.objectUnchanged(what) };
  return { tone: "warn", text: texts.objectChanged(what, changed.join(", ")) };
}
