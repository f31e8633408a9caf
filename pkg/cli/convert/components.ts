import type { Manifest, Notes } from "./conversion.ts";
import { softwareNames } from "./software.ts";
import { child, children, childText, type XmlElement } from "./xml-tree.ts";

/** The element of spec.components that a <component> of the project is. */
export function convertComponent(project: XmlElement, element: XmlElement, notes: Notes): Manifest {
  notes.rest(element, ["rspec", "num_hosts", "software", "resources", "resource"]);
  const name = notes.name(element, element.attributes["name"], "members");
  const software = children(element, "software").flatMap((one) => softwareNames(project, one, notes));
  const resources = resourcesOf(element, notes);
  return {
    name,
    ...sizeOf(element, notes),
    ...(software.length > 0 && { software }),
    ...(Object.keys(resources).length > 0 && { resources }),
  };
}

/** <num_hosts>20</num_hosts>, or <num_hosts min="10" max="800"/>: as many as there are, at least so many. */
function sizeOf(element: XmlElement, notes: Notes): Manifest {
  const rspec = child(element, "rspec");
  if (rspec !== undefined) notes.rest(rspec, ["num_hosts"]);
  const wanted = child(rspec ?? element, "num_hosts");
  if (wanted === undefined) return {};
  const { min, max } = wanted.attributes;
  const replicas = whole(max ?? wanted.text);
  if (replicas === undefined) {
    notes.add(wanted, `<num_hosts> says no number: one member is wanted`);
    return {};
  }
  const least = whole(min ?? "");
  return { replicas, ...(least !== undefined && least < replicas && { minReady: least }) };
}

function whole(text: string): number | undefined {
  return /^\d+$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
}

function resourcesOf(element: XmlElement, notes: Notes): Manifest {
  const group = child(element, "resources");
  const references = [...children(element, "resource"), ...(group === undefined ? [] : children(group, "resource"))];
  const pools = references.map((one) => {
    const type = one.attributes["type"] ?? "ssh";
    const pool = notes.name(one, one.attributes["group"] ?? type, "machines");
    if (type !== "ssh")
      notes.add(one, `resources of type ${type}: make a ResourcePool named ${pool} of their machines`);
    return pool;
  });
  const unique = [...new Set(pools)];
  if (unique.length === 0) return {};
  return unique.length === 1 ? { pool: unique[0] } : { pools: unique };
}

/** Machines by their groups: a ResourcePool for each, from the <resource_manager> of a directory.xml. */
export function convertDirectory(root: XmlElement, notes: Notes): readonly Manifest[] {
  const groups = new Map<string, Manifest[]>();
  for (const manager of [root, ...root.children].filter(({ name }) => name === "resource_manager")) {
    notes.rest(manager, ["node"], ["type"]);
    for (const node of children(manager, "node")) {
      const pool = notes.name(node, node.attributes["group"] ?? manager.attributes["type"], "machines");
      const host = hostOf(node, notes);
      if (host !== undefined) groups.set(pool, [...(groups.get(pool) ?? []), host]);
    }
  }
  return [...groups].map(([name, hosts]) => ({
    apiVersion: "plush.dev/v1",
    kind: "ResourcePool",
    metadata: { name },
    spec: { provider: { static: { hosts } } },
  }));
}

/** hostname="user@host:port", or the parts by themselves. */
function hostOf(node: XmlElement, notes: Notes): Manifest | undefined {
  const { hostname = childText(node, "hostname") ?? "", user, port } = node.attributes;
  notes.rest(node, ["hostname"], ["hostname", "user", "port", "group"]);
  const match = /^(?:([^@]+)@)?([^:@]+)(?::(\d+))?$/.exec(hostname);
  if (match === null) {
    notes.add(node, `${JSON.stringify(hostname)} is no host`);
    return undefined;
  }
  const [, givenUser = user, address, givenPort = port] = match;
  const ssh = {
    ...(givenUser !== undefined && { user: givenUser }),
    ...(givenPort !== undefined && { port: Number(givenPort) }),
  };
  return { address, ...(Object.keys(ssh).length > 0 && { ssh }) };
}
