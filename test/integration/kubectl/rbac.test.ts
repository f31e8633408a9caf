import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { issueCertificate, makeKubeconfig } from "../../../pkg/auth/index.ts";
import { type Kubectl, oldestAndNewestKubectl, startKubectl } from "./kubectl.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 20_000 };

const forbidden = (text: string) => ({ code: 1, stderr: `Error from server (Forbidden): ${text}\n` });
const cannot = (user: string, what: string) => `User "${user}" cannot ${what}`;

/** Runs all; none may fail. */
async function all(kubectl: Kubectl, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const { code, stderr } = await kubectl.run(...line.split(" "));
    expect(code, `${line}: ${stderr}`).toBe(0);
  }
}

async function canI(kubectl: Kubectl, user: string, what: string): Promise<string> {
  return (await kubectl.run("auth", "can-i", ...what.split(" "), "--as", user)).stdout.trim();
}

describe.skipIf(oldestAndNewestKubectl().length === 0).each(oldestAndNewestKubectl())(
  "who may what, told by kubectl $version",
  (program) => {
    test("roles and bindings are made, shown and described; denials are as Kubernetes says them", async () => {
      const kubectl = await startKubectl(program);
      await all(
        kubectl,
        "create ns team",
        "create role reader -n team --verb=get,list --resource=configmaps --resource=processes.plush.dev/log",
        "create clusterrole metrics --verb=get --non-resource-url=/metrics",
        "create rolebinding readers -n team --role=reader --user=bob --group=devs --serviceaccount=team:robot",
        "create clusterrolebinding metrics --clusterrole=metrics --user=bob",
        "create rolebinding lost -n team --clusterrole=gone --user=bob",
      );
      const wide = await kubectl.run("get", "rolebinding", "readers", "-n", "team", "-o", "wide");
      expect(wide.stdout.replaceAll(/ {2,}/g, "|").split("\n")[0]).toBe("NAME|ROLE|AGE|USERS|GROUPS|SERVICEACCOUNTS");
      expect(wide.stdout).toMatch(/readers +Role\/reader +\S+ +bob +devs +team\/robot/);
      expect((await kubectl.run("describe", "role", "reader", "-n", "team")).stdout).toMatch(
        /processes\.plush\.dev\/log +\[\] +\[\] +\[get list\]/,
      );
      expect((await kubectl.run("get", "--raw", "/metrics", "--as", "bob")).code).toBe(0);
      const lost = 'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found';
      const denials: readonly (readonly [string, string])[] = [
        [
          "get secrets -n team",
          `secrets is forbidden: ${cannot("bob", 'list resource "secrets" in API group "" in the namespace "team"')}: ${lost}`,
        ],
        [
          "get cm x",
          `configmaps "x" is forbidden: ${cannot("bob", 'get resource "configmaps" in API group "" in the namespace "default"')}`,
        ],
        [
          "get ns default",
          `namespaces "default" is forbidden: ${cannot("bob", 'get resource "namespaces" in API group "" in the namespace "default"')}`,
        ],
        [
          "get resources",
          `resources.plush.dev is forbidden: ${cannot("bob", 'list resource "resources" in API group "plush.dev" at the cluster scope')}`,
        ],
        ["get --raw /plush/v1/backup", `forbidden: ${cannot("bob", 'get path "/plush/v1/backup"')}`],
        [
          "delete cm x -n team --as-group devs",
          `configmaps "x" is forbidden: ${cannot("bob", 'delete resource "configmaps" in API group "" in the namespace "team"')}: ${lost}`,
        ],
      ];
      for (const [line, message] of denials)
        expect(await kubectl.run(...line.split(" "), "--as", "bob"), line).toMatchObject(forbidden(message));
      expect(await canI(kubectl, "bob", "list configmaps -n team")).toBe("yes");
      expect(await canI(kubectl, "system:serviceaccount:team:robot", "list configmaps -n team")).toBe("yes");
      expect(await canI(kubectl, "system:serviceaccount:team:robot", "list configmaps")).toBe("no");
      expect(await canI(kubectl, "bob", "get /metrics")).toBe("yes");
      expect(await canI(kubectl, "bob", "get secrets -n team")).toBe(`no - ${lost}`);
      const list = await kubectl.run("auth", "can-i", "--list", "-n", "team", "--as", "bob");
      expect(list.stdout).toMatch(/^configmaps +\[\] +\[\] +\[get list\]$/m);
      expect(list.stdout).toMatch(/^ +\[\/metrics\] +\[\] +\[get\]$/m);
      expect(list.stdout).not.toContain("secrets");
    });

    test("the four built-in roles, in a namespace and everywhere", async () => {
      const kubectl = await startKubectl(program);
      await all(kubectl, "create ns team");
      for (const name of ["view", "edit", "admin"])
        await all(
          kubectl,
          `create rolebinding ${name} -n team --clusterrole=${name} --user=${name}`,
          `create clusterrolebinding ${name} --clusterrole=${name} --user=${name}-all`,
        );
      await all(kubectl, "create clusterrolebinding root --clusterrole=cluster-admin --user=root");
      await all(kubectl, "create secret generic s -n team --from-literal=a=b --as edit");
      await all(kubectl, "get app,comp,proc -n team --as view", "get resources,resourcepools --as view-all");
      expect(await kubectl.run("get", "secrets", "-n", "team", "--as", "view")).toMatchObject(
        forbidden(
          `secrets is forbidden: ${cannot("view", 'list resource "secrets" in API group "" in the namespace "team"')}`,
        ),
      );
      const asked: readonly (readonly [string, readonly string[]])[] = [
        ["list resources", ["view-all", "edit-all", "admin-all", "root"]],
        [
          "get processes --subresource=log -n team",
          ["view", "edit", "admin", "view-all", "edit-all", "admin-all", "root"],
        ],
        ["create processes --subresource=exec -n team", ["edit", "admin", "edit-all", "admin-all", "root"]],
        ["create app -n team", ["edit", "admin", "edit-all", "admin-all", "root"]],
        ["create rolebindings -n team", ["admin", "admin-all", "root"]],
        ["create resourcepools", ["root"]],
        ["create tokens", ["root"]],
      ];
      const users = ["view", "edit", "admin", "view-all", "edit-all", "admin-all", "root"];
      for (const [what, expected] of asked) {
        const answers = await Promise.all(users.map((user) => canI(kubectl, user, what)));
        expect(
          users.filter((_user, index) => answers[index]?.endsWith("yes")),
          what,
        ).toEqual(expected);
      }
    });

    test("nobody gives away what he has not; a role that is collected counts at once", async () => {
      const kubectl = await startKubectl(program);
      await all(kubectl, "create ns team", "create rolebinding admins -n team --clusterrole=admin --user=amy");
      const role = (rules: unknown[]) => ({
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name: "r", namespace: "team" },
        rules,
      });
      const binding = {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: "r", namespace: "team" },
        roleRef: { kind: "Role", name: "r", apiGroup: "rbac.authorization.k8s.io" },
        subjects: [{ kind: "User", name: "bob", apiGroup: "rbac.authorization.k8s.io" }],
      };
      const secrets = { apiGroups: [""], resources: ["secrets"], verbs: ["get"] };
      const pools = { apiGroups: ["plush.dev"], resources: ["resourcepools"], verbs: ["create", "delete"] };
      const reconcile = (...objects: unknown[]) =>
        kubectl.give({ apiVersion: "v1", kind: "List", items: objects }, "auth", "reconcile", "-f", "-", "--as", "amy");
      expect(await reconcile(role([secrets]), binding)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(
          /role\.rbac\.authorization\.k8s\.io\/r reconciled[\s\S]*rolebinding\S+ reconciled/,
        ),
      });
      expect(await kubectl.run("get", "secrets", "-n", "team", "x", "--as", "bob")).toMatchObject({
        stderr: expect.stringContaining("NotFound"),
      });
      const more = await kubectl.give(role([secrets, pools]), "replace", "-f", "-", "--as", "amy");
      expect(more.stderr).toContain(
        'roles.rbac.authorization.k8s.io "r" is forbidden: user "amy" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:["plush.dev"], Resources:["resourcepools"], Verbs:["create" "delete"]}',
      );
      const root = "create rolebinding root -n team --clusterrole=cluster-admin --user=amy --as amy";
      expect((await kubectl.run(...root.split(" "))).stderr).toContain("permissions not currently held:\n{APIGroups:");
      const other = { ...binding, roleRef: { ...binding.roleRef, kind: "ClusterRole", name: "view" } };
      expect((await kubectl.give(other, "replace", "-f", "-")).stderr).toContain("cannot change roleRef");

      await all(
        kubectl,
        "create clusterrole things --verb=get --resource=secrets",
        "label clusterrole things rbac.authorization.k8s.io/aggregate-to-view=true",
        "create rolebinding view -n team --clusterrole=view --user=val",
      );
      await expect.poll(() => canI(kubectl, "val", "get secrets -n team"), soon).toContain("yes");
    });

    test("who stands for others needs the right to, by name", async () => {
      const kubectl = await startKubectl(program);
      const rules = [
        { apiGroups: [""], resources: ["users"], verbs: ["impersonate"], resourceNames: ["amy"] },
        { apiGroups: [""], resources: ["groups"], verbs: ["impersonate"], resourceNames: ["devs"] },
      ];
      const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "be" }, rules };
      expect((await kubectl.give(role, "apply", "-f", "-")).code).toBe(0);
      await all(kubectl, "create clusterrolebinding be --clusterrole=be --user=bob");
      const { pki, server, directory } = kubectl;
      const authority = pki.authority.certificate;
      const credential = await issueCertificate(pki.authority, {
        name: "bob",
        usage: "client",
        days: 1,
        now: Date.now(),
      });
      const file = join(directory, "bob");
      await writeFile(file, makeKubeconfig({ url: server.url, authority, credential, user: "bob" }));
      const asBob = (...args: string[]) => kubectl.run("--kubeconfig", file, ...args);
      expect((await asBob("auth", "whoami", "--as", "amy", "--as-group", "devs")).stdout).toMatch(/Username +amy/);
      // Discovery comes first, and is refused in the same way.
      const refused = await asBob("get", "cm", "--as", "root");
      const why = cannot("bob", 'impersonate resource "users" in API group "" at the cluster scope');
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(forbidden(`users "root" is forbidden: ${why}`).stderr);
    });
  },
);
