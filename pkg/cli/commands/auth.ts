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
      const groups = list(user["groups"]).map(text);
      call.terminal.print(
        alignColumns([
          ["ATTRIBUTE", "VALUE"],
          ["Username", text(user["username"])],
          ["Groups", `[${groups.join(" ")}]`],
        ]),
      );
    }
    return 0;
  },
};

const anyKind = { group: "*", plural: "*", namespaced: true } as const;

const canICommand: Command = {
  usage: "auth can-i VERB KIND[/NAME]",
  summary: "Says whether you may do something; exit code 1 where not.",
  flags: [
    { name: "all-namespaces", short: "A", type: "switch", help: "in every namespace" },
    { name: "quiet", short: "q", type: "switch", help: "say it by the exit code alone" },
  ],
  async run(call) {
    const [verb, what, ...more] = call.args.positional;
    if (verb === undefined || what === undefined || more.length > 0)
      throw new UsageError("can-i VERB KIND, or can-i VERB KIND/NAME");
    const [word = "", name] = what.split("/");
    const { group, plural, namespaced } =
      word === "*" ? anyKind : await resolveKind(word, async () => (await call.session.client()).transport);
    const namespace = namespaced && !call.args.on("all-namespaces") ? await call.session.namespace() : undefined;
    const resourceAttributes = { verb, group, resource: plural, name, namespace };
    const review = await ask(call, "authorization.k8s.io", "SelfSubjectAccessReview", { spec: { resourceAttributes } });
    const allowed = dig(review, "status", "allowed") === true;
    const reason = text(dig(review, "status", "reason"));
    if (!call.args.on("quiet")) call.terminal.out(allowed ? "yes" : `no${reason === "" ? "" : ` - ${reason}`}`);
    return allowed ? 0 : 1;
  },
};

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
