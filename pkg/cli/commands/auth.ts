import { readBody, statusErrorOf } from "../../client/index.ts";
import type { Command, CommandGroup, Invocation } from "../command.ts";
import { resolveKind } from "../kind-names.ts";
import { alignColumns } from "../printers/columns.ts";
import { jsonText, yamlText } from "../printers/object-text.ts";
import { UsageError } from "../usage-error.ts";
import { dig, fields, list, text } from "../wire-fields.ts";

const whoamiCommand: Command = {
  usage: "auth whoami",
  summary: "Says who the server takes you for.",
  flags: [
    { name: "output", short: "o", type: "text", choices: ["json", "yaml"], value: "FORMAT", help: "as an object" },
  ],
  async run(call) {
    const review = await ask(call, "authentication.k8s.io", "SelfSubjectReview", {});
    const format = call.args.text("output");
    if (format === "json") call.terminal.print(jsonText(review));
    else if (format === "yaml") call.terminal.print(await yamlText(review));
    else {
      const user = fields(dig(review, "status", "userInfo"));
      const extra = Object.entries(fields(user["extra"])).sort(([one], [other]) => (one < other ? -1 : 1));
      call.terminal.print(
        alignColumns([
          ["ATTRIBUTE", "VALUE"],
          ["Username", text(user["username"])],
          ...(user["uid"] === undefined ? [] : [["UID", text(user["uid"])]]),
          ["Groups", bracketed(user["groups"])],
          ...extra.map(([name, values]) => [`Extra: ${name}`, bracketed(values)]),
        ]),
      );
    }
    return 0;
  },
};

/** A list as kubectl shows it. */
function bracketed(values: unknown): string {
  return `[${list(values).map(text).join(" ")}]`;
}

const anyKind = { group: "*", plural: "*", namespaced: true } as const;

const canICommand: Command = {
  usage: "auth can-i VERB KIND[/NAME]|/PATH, or auth can-i --list",
  summary: "Says whether you may do something; exit code 1 where not.",
  flags: [
    { name: "all-namespaces", short: "A", type: "switch", help: "in every namespace" },
    { name: "list", type: "switch", help: "everything that you may do in the namespace" },
    { name: "subresource", type: "text", value: "NAME", help: "to a part of the object, as log or exec" },
    { name: "no-headers", type: "switch", help: "no line of column names (with --list)" },
    { name: "quiet", short: "q", type: "switch", help: "say it by the exit code alone" },
  ],
  async run(call) {
    if (call.args.on("list")) return listRules(call);
    const [verb, what, ...more] = call.args.positional;
    if (verb === undefined || what === undefined || more.length > 0)
      throw new UsageError("can-i VERB KIND, can-i VERB KIND/NAME, or can-i VERB /PATH");
    const spec = what.startsWith("/")
      ? { nonResourceAttributes: { verb, path: what } }
      : { resourceAttributes: await attributesOf(call, verb, what) };
    const review = await ask(call, "authorization.k8s.io", "SelfSubjectAccessReview", { spec });
    const allowed = dig(review, "status", "allowed") === true;
    const reason = text(dig(review, "status", "reason"));
    if (!call.args.on("quiet")) call.terminal.out(allowed ? "yes" : `no${reason === "" ? "" : ` - ${reason}`}`);
    return allowed ? 0 : 1;
  },
};

async function attributesOf(call: Invocation, verb: string, what: string): Promise<object> {
  const [word = "", name] = what.split("/");
  const { group, plural, namespaced } =
    word === "*" ? anyKind : await resolveKind(word, async () => (await call.session.client()).transport);
  const namespace = namespaced && !call.args.on("all-namespaces") ? await call.session.namespace() : undefined;
  const subresource = call.args.text("subresource");
  return { verb, group, resource: plural, name, namespace, ...(subresource !== undefined && { subresource }) };
}

/** Everything that one may do, a line for each kind, as kubectl shows it. */
async function listRules(call: Invocation): Promise<number> {
  const spec = { namespace: await call.session.namespace() };
  const review = await ask(call, "authorization.k8s.io", "SelfSubjectRulesReview", { spec });
  const lines = new Map<string, { readonly cells: readonly [string, string, string]; readonly verbs: Set<string> }>();
  const add = (cells: readonly [string, string, string], verbs: unknown): void => {
    const line = lines.get(cells.join("\n")) ?? { cells, verbs: new Set() };
    for (const verb of list(verbs).map(text)) line.verbs.add(verb);
    lines.set(cells.join("\n"), line);
  };
  for (const rule of list(dig(review, "status", "resourceRules")).map(fields))
    for (const name of qualifiedNames(rule)) add([name, "[]", bracketed(rule["resourceNames"])], rule["verbs"]);
  for (const rule of list(dig(review, "status", "nonResourceRules")).map(fields))
    for (const url of list(rule["nonResourceURLs"]).map(text)) add(["", `[${url}]`, "[]"], rule["verbs"]);
  const rows = [...lines.values()].map(({ cells, verbs }) => [...cells, `[${[...verbs].join(" ")}]`]);
  const head = call.args.on("no-headers") ? [] : [["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]];
  call.terminal.print(alignColumns([...head, ...rows]));
  if (dig(review, "status", "incomplete") === true)
    call.terminal.warn(`the list may be incomplete: ${text(dig(review, "status", "evaluationError"))}`);
  return 0;
}

function qualifiedNames(rule: Readonly<Record<string, unknown>>): readonly string[] {
  const groups = list(rule["apiGroups"]).map(text);
  return list(rule["resources"]).flatMap((resource) =>
    groups.map((group) => (group === "" ? text(resource) : `${text(resource)}.${group}`)),
  );
}

async function ask(call: Invocation, group: string, kind: string, content: object): Promise<unknown> {
  const { transport } = await call.session.client();
  const path = `/apis/${group}/v1/${kind.toLowerCase()}s`;
  const body = JSON.stringify({ apiVersion: `${group}/v1`, kind, ...content });
  const headers = { accept: "application/json", "content-type": "application/json" };
  const response = await transport.request({ method: "POST", path, headers, body });
  const answer = await readBody(response.body);
  if (response.status >= 300) throw statusErrorOf(response.status, answer);
  return JSON.parse(answer);
}

export const authGroup: CommandGroup = {
  usage: "auth whoami|can-i",
  summary: "Who you are, and what you may do.",
  commands: { whoami: async () => whoamiCommand, "can-i": async () => canICommand },
};
