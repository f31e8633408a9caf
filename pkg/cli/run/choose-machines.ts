import { expandPattern } from "../../api/index.ts";
import type { RunRequest } from "../../protocol/index.ts";
import type { Invocation } from "../command.ts";
import { UsageError } from "../usage-error.ts";

type Machines = Pick<RunRequest, "resources" | "selector" | "pool" | "application">;

/** Which machines are meant: by one of -l, --pool, --app, --all, or by their names and KIND/NAME of what they belong to. */
export async function chooseMachines(call: Invocation): Promise<Machines> {
  const words = call.args.positional;
  const [selector, pool, app] = ["selector", "pool", "app"].map((name) => call.args.text(name));
  const application = async (name: string): Promise<Machines> => ({
    application: { namespace: await call.session.namespace(), name },
  });
  const ways: Machines[] = [
    ...(selector === undefined ? [] : [{ selector }]),
    ...(pool === undefined ? [] : [{ pool }]),
    ...(app === undefined ? [] : [await application(app)]),
    ...(call.args.on("all") ? [{ selector: "" }] : []),
    ...(words.length === 0 ? [] : [await namedBy(words, application)]),
  ];
  const [way, ...more] = ways;
  if (way === undefined || more.length > 0) {
    throw new UsageError("choose machines by one of -l SELECTOR, --pool, --app, --all, or their names");
  }
  return way;
}

const kindWords: Readonly<Record<string, "resource" | "pool" | "application">> = {
  ...{ resource: "resource", resources: "resource", res: "resource", node: "resource", nodes: "resource" },
  ...{ pool: "pool", pools: "pool", resourcepool: "pool", resourcepools: "pool" },
  ...{ application: "application", applications: "application", app: "application" },
};

/** "n[1-40]" stands for forty names. */
async function namedBy(words: readonly string[], application: (name: string) => Promise<Machines>): Promise<Machines> {
  const [first = ""] = words;
  const [word = "", name] = first.split("/");
  const kind = name === undefined ? "resource" : kindWords[word];
  if (kind === undefined) throw new UsageError(`"${first}": machines belong to pool/NAME or application/NAME`);
  if (kind !== "resource" && words.length > 1) throw new UsageError(`"${first}" cannot be mixed with other names`);
  if (kind === "pool") return { pool: name ?? "" };
  if (kind === "application") return application(name ?? "");
  return { resources: words.flatMap(expandName) };
}

function expandName(word: string): readonly string[] {
  const names = expandPattern(word.replace(/^[^/]*\//, ""));
  if (names === undefined) throw new UsageError(`"${word}": a name, or a pattern such as n[1-40,55]`);
  return names;
}
