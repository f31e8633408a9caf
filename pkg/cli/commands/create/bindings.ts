import { kinds } from "../../../api/index.ts";
import type { Command } from "../../command.ts";
import { UsageError } from "../../usage-error.ts";
import { rbacGroup, readSubjects, subjectFlags } from "./subjects.ts";
import { createFlags, nameOf, namespaceFor, newObject, writeNew } from "./write-new.ts";

const clusterRoleFlag = {
  name: "clusterrole",
  type: "text",
  value: "NAME",
  help: "the ClusterRole that is given",
} as const;

export const createRoleBinding: Command = {
  usage:
    "create rolebinding NAME --clusterrole=NAME|--role=NAME --user=NAME|--group=NAME|--serviceaccount=NAMESPACE:NAME",
  summary: "Gives a role to somebody in one namespace.",
  flags: [
    clusterRoleFlag,
    { name: "role", type: "text", value: "NAME", help: "the Role that is given" },
    ...subjectFlags,
    ...createFlags,
  ],
  examples: ["plush create rolebinding alice --clusterrole=edit --user=alice -n demo"],
  async run(call) {
    const [role, clusterRole] = [call.args.text("role"), call.args.text("clusterrole")];
    if ((role === undefined) === (clusterRole === undefined))
      throw new UsageError("exactly one of --clusterrole and --role is needed");
    const name = role ?? clusterRole ?? "";
    const roleRef = { apiGroup: rbacGroup, kind: role === undefined ? "ClusterRole" : "Role", name };
    const content = { subjects: readSubjects(call.args), roleRef };
    await writeNew(
      call,
      kinds.RoleBinding,
      newObject(kinds.RoleBinding, await namespaceFor(call), nameOf(call), content),
    );
    return 0;
  },
};

export const createClusterRoleBinding: Command = {
  usage: "create clusterrolebinding NAME --clusterrole=NAME --user=NAME|--group=NAME|--serviceaccount=NAMESPACE:NAME",
  summary: "Gives a ClusterRole to somebody everywhere.",
  flags: [clusterRoleFlag, ...subjectFlags, ...createFlags],
  examples: ["plush create clusterrolebinding operators --clusterrole=cluster-admin --group=operators"],
  async run(call) {
    const name = call.args.text("clusterrole");
    if (name === undefined) throw new UsageError("--clusterrole names what is given");
    const roleRef = { apiGroup: rbacGroup, kind: "ClusterRole", name };
    const content = { subjects: readSubjects(call.args), roleRef };
    await writeNew(call, kinds.ClusterRoleBinding, newObject(kinds.ClusterRoleBinding, "", nameOf(call), content));
    return 0;
  },
};
