import { apiVersionOf, type KindInfo, type KubeObject } from "../../../api/index.ts";
import type { Flag } from "../../arguments.ts";
import type { Invocation } from "../../command.ts";
import { objectName } from "../../kind-names.ts";
import { UsageError } from "../../usage-error.ts";
import { suffixOf } from "../apply.ts";
import { printWritten } from "../print-written.ts";

/** Flags of every `create`. */
export const createFlags: readonly Flag[] = [
  {
    name: "dry-run",
    type: "text",
    bare: "client",
    choices: ["none", "client", "server"],
    value: "MODE",
    help: "create nothing",
  },
  {
    name: "output",
    short: "o",
    type: "text",
    choices: ["name", "json", "yaml"],
    value: "FORMAT",
    help: "print the object",
  },
];

/** An object with its envelope. */
export function newObject(kind: KindInfo, namespace: string, name: string, content: object): KubeObject {
  const metadata = kind.namespaced ? { name, namespace } : { name };
  return Object.assign({ apiVersion: apiVersionOf(kind), kind: kind.kind, metadata }, content);
}

/** Creates it, unless --dry-run says otherwise, and says so. */
export async function writeNew(call: Invocation, kind: KindInfo, object: KubeObject): Promise<void> {
  const dryRun = call.args.text("dry-run") ?? "none";
  const written = dryRun === "client" ? object : await create(call, kind, object, dryRun === "server");
  if (call.args.has("output")) return printWritten(call, [{ kind, object: written }]);
  call.terminal.out(`${objectName(kind, written.metadata.name ?? "")} created${suffixOf(dryRun)}`);
}

async function create(call: Invocation, kind: KindInfo, object: KubeObject, dryRun: boolean): Promise<KubeObject> {
  const onWarning = (text: string): void => call.terminal.warn(text);
  const client = await call.session.client();
  return client.create(kind, object, { dryRun, onWarning, fieldManager: "plush-create", fieldValidation: "Strict" });
}

/** The one name on the command line. */
export function nameOf(call: Invocation): string {
  const [name, ...more] = call.args.positional;
  if (name === undefined || more.length > 0) throw new UsageError("exactly one name is needed");
  return name;
}

/** Where an object is to be made; without a server to ask, a dry run takes what is given. */
export async function namespaceFor(call: Invocation): Promise<string> {
  if (call.args.text("dry-run") !== "client") return call.session.namespace();
  return call.session.namespace().catch(() => "default");
}
