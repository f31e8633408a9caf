import { kinds, type ResourcePool, type Token } from "../../../api/index.ts";
import { httpClient, readBody } from "../../../client/index.ts";
import { isReason } from "../../../status/index.ts";
import type { Invocation } from "../../command.ts";
import { dig } from "../../wire-fields.ts";

export interface TokenReach {
  readonly token: Token;
  readonly secret: string;
  /** Undefined: all. */
  readonly namespace: string | undefined;
  readonly role: string | undefined;
}

/** Says beside the result what was made, and on which machines its holder can run what, as whom. */
export async function tellReach(call: Invocation, reach: TokenReach): Promise<void> {
  const { token, role, namespace } = reach;
  const { name = "" } = token.metadata;
  const where = namespace === undefined ? "in all namespaces" : `in namespace ${namespace}`;
  const rights = role === undefined ? "what its subject may do already" : `role ${role} ${where}`;
  const { expires } = token.spec;
  const note = (line: string): void => call.terminal.note(line);
  note(`token ${name} for ${token.status?.subject ?? ""}: ${rights}; expires: ${expires ?? "never"}`);
  note(`take it back with: plush delete token ${name}`);
  note(`it signs in at ${(await call.session.configuration()).connection.server}/ui/ too: paste what is printed there`);
  if (!(await mayRun(call, reach))) return note("it starts nothing on machines");
  for (const line of await poolLines(call, namespace)) note(line);
}

/** Asks with the token itself, which shows too that it is good. */
async function mayRun(call: Invocation, { secret, namespace }: TokenReach): Promise<boolean> {
  const { connection } = await call.session.configuration();
  const { cert: _cert, key: _key, credentials: _credentials, ...place } = connection;
  const client = httpClient({ ...place, token: secret });
  try {
    const resourceAttributes = {
      ...{ verb: "create", group: "plush.dev", resource: "processes" },
      ...(namespace !== undefined && { namespace }),
    };
    const { transport } = client;
    const response = await transport.request({
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ spec: { resourceAttributes } }),
    });
    return dig(JSON.parse(await readBody(response.body)), "status", "allowed") === true;
  } finally {
    client.close();
  }
}

async function poolLines(call: Invocation, namespace: string | undefined): Promise<readonly string[]> {
  let pools: readonly ResourcePool[];
  try {
    pools = (await (await call.session.client()).list(kinds.ResourcePool)).items;
  } catch (error) {
    if (isReason(error, "Forbidden")) return ["which pools it reaches is not for you to see"];
    throw error;
  }
  const open = pools.filter(({ spec }) => isOpenTo(spec.access.namespaces, namespace));
  if (open.length === 0) return ["no pool admits it: it starts nothing on machines"];
  return open.map((pool) => `reaches pool ${pool.metadata.name} (${machines(pool)}): ${users(pool)}`);
}

function isOpenTo(namespaces: readonly string[], namespace: string | undefined): boolean {
  if (namespace === undefined) return namespaces.length > 0;
  return namespaces.includes("*") || namespaces.includes(namespace);
}

function machines({ status }: ResourcePool): string {
  const count = status?.resources ?? 0;
  return count === 1 ? "1 machine" : `${count} machines`;
}

function users({ spec }: ResourcePool): string {
  const { provider, ssh, access } = spec;
  const own = provider.local === undefined ? `user ${ssh.user}` : "the server's own user";
  const others = access.runAs.length === 0 ? "" : `, or as ${access.runAs.join(", ")}`;
  return `runs there as ${own}${others}`;
}
