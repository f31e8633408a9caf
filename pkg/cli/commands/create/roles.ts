import { kinds, type PolicyRule } from "../../../api/index.ts";
import type { Flag } from "../../arguments.ts";
import type { Command, Invocation } from "../../command.ts";
import { resolveKind } from "../../kind-names.ts";
import { UsageError } from "../../usage-error.ts";
import { createFlags, nameOf, namespaceFor, newObject, writeNew } from "./write-new.ts";

const ruleFlags: readonly Flag[] = [
  { name: "verb", type: "texts", value: "VERBS", help: "what is allowed: get,list,watch,create,update,patch,delete,*" },
  { name: "resource", type: "texts", value: "KINDS", help: "of which kinds: app,pods/log,resources.plush.dev,*.*" },
  { name: "resource-name", type: "texts", value: "NAME", help: "only of objects of this name" },
];

export const createRole: Command = {
  usage: "create role NAME --verb=VERBS --resource=KINDS [--resource-name=NAME ...]",
  summary: "Makes a role of one namespace.",
  flags: [...ruleFlags, ...createFlags],
  examples: ["plush create role deployer --verb=get,list,watch,patch --resource=applications,components -n demo"],
  async run(call) {
    const rules = await resourceRules(call);
    if (rules.length === 0) throw new UsageError("at least one --resource is needed");
    await writeNew(call, kinds.Role, newObject(kinds.Role, await namespaceFor(call), nameOf(call), { rules }));
    return 0;
  },
};

export const createClusterRole: Command = {
  usage: "create clusterrole NAME --verb=VERBS --resource=KINDS|--non-resource-url=PATHS, or --aggregation-rule=LABELS",
  summary: "Makes a role that can be given everywhere.",
  flags: [
    ...ruleFlags,
    { name: "non-resource-url", type: "texts", value: "PATHS", help: "addresses that are no objects, as /metrics" },
    {
      name: "aggregation-rule",
      type: "text",
      value: "LABELS",
      help: "collect the rules of ClusterRoles with these labels",
    },
    ...createFlags,
  ],
  examples: [
    "plush create clusterrole pool-admin --verb='*' --resource=resourcepools,resources",
    "plush create clusterrole scraper --verb=get --non-resource-url=/metrics",
  ],
  async run(call) {
    await writeNew(call, kinds.ClusterRole, newObject(kinds.ClusterRole, "", nameOf(call), await clusterRoleOf(call)));
    return 0;
  },
};

async function clusterRoleOf(call: Invocation): Promise<object> {
  const labels = call.args.text("aggregation-rule");
  const urls = listOf(call, "non-resource-url");
  if (labels !== undefined) {
    if (["verb", "resource", "resource-name", "non-resource-url"].some((name) => call.args.has(name)))
      throw new UsageError("--aggregation-rule goes without other rules");
    return { aggregationRule: { clusterRoleSelectors: [{ matchLabels: readLabels(labels) }] }, rules: [] };
  }
  const rules = await resourceRules(call);
  if (rules.length === 0 && urls.length === 0)
    throw new UsageError("at least one --resource or --non-resource-url is needed");
  return { rules: [...rules, ...(urls.length === 0 ? [] : [{ verbs: verbsOf(call), nonResourceURLs: urls }])] };
}

/** One rule for each API group, as kubectl makes them. */
async function resourceRules(call: Invocation): Promise<readonly PolicyRule[]> {
  const verbs = verbsOf(call);
  const resourceNames = call.args.texts("resource-name");
  const byGroup = new Map<string, Set<string>>();
  for (const word of listOf(call, "resource")) {
    const { group, resource } = await resourceOf(call, word);
    byGroup.set(group, (byGroup.get(group) ?? new Set()).add(resource));
  }
  const sorted = [...byGroup].sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.map(([group, resources]) => ({
    verbs,
    apiGroups: [group],
    resources: [...resources],
    ...(resourceNames.length > 0 && { resourceNames }),
  }));
}

/** "pods", "app", "resources.plush.dev", "processes/log", "*", "*.*", "*.plush.dev". */
async function resourceOf(
  call: Invocation,
  word: string,
): Promise<{ readonly group: string; readonly resource: string }> {
  const [name = "", ...sub] = word.split("/");
  const [plain = "", ...group] = name.split(".");
  const below = (resource: string): string => [resource, ...sub].join("/");
  if (plain === "*") return { group: group.join("."), resource: below("*") };
  const kind = await resolveKind(name, async () => (await call.session.client()).transport);
  return { group: kind.group, resource: below(kind.plural) };
}

function verbsOf(call: Invocation): readonly string[] {
  const verbs = listOf(call, "verb");
  if (verbs.length === 0) throw new UsageError("at least one --verb is needed");
  return verbs.includes("*") ? ["*"] : verbs;
}

function listOf(call: Invocation, flag: string): readonly string[] {
  const words = call.args.texts(flag).flatMap((text) => text.split(","));
  return [...new Set(words.map((word) => word.trim()).filter((word) => word !== ""))];
}

function readLabels(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(",").map((pair) => {
    const equals = pair.indexOf("=");
    if (equals <= 0) throw new UsageError(`--aggregation-rule: ${JSON.stringify(pair)} is not LABEL=VALUE`);
    return [pair.slice(0, equals), pair.slice(equals + 1)] as const;
  });
  return Object.fromEntries(pairs);
}
