/** A node and the nodes that must come before it. Names that are no node are ignored: validation refuses them earlier. */
export interface DagNode {
  readonly name: string;
  readonly after: readonly string[];
}

/** A cycle as the names along it, first one repeated at the end ("a", "b", "a"); undefined where there is none. */
export function findCycle(nodes: readonly DagNode[]): readonly string[] | undefined {
  const edges = edgesOf(nodes);
  const finished = new Set<string>();
  for (const start of [...edges.keys()].sort()) {
    const cycle = walk(start, edges, finished);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/**
 * Names in an order in which each comes after all it waits for; among those that could come next the first by name,
 * so the order of the input does not matter. Members of a cycle come last, by name.
 */
export function topologicalOrder(nodes: readonly DagNode[]): readonly string[] {
  const edges = edgesOf(nodes);
  const rest = [...edges.keys()].sort();
  const order: string[] = [];
  const placed = new Set<string>();
  while (rest.length > 0) {
    const next = rest.findIndex((name) => (edges.get(name) ?? []).every((before) => placed.has(before)));
    const [name] = rest.splice(Math.max(0, next), 1);
    if (name === undefined) break;
    placed.add(name);
    order.push(name);
  }
  return order;
}

/** A graph's order and who waits for whom, worked out once and asked often. */
export class DagOrder {
  readonly names: readonly string[];
  readonly #nodes: readonly DagNode[];
  readonly #before = new Map<string, ReadonlySet<string>>();
  readonly #behind = new Map<string, ReadonlySet<string>>();

  constructor(nodes: readonly DagNode[]) {
    this.#nodes = nodes;
    this.names = topologicalOrder(nodes);
  }

  predecessors(name: string): ReadonlySet<string> {
    const known = this.#before.get(name) ?? predecessors(this.#nodes, name);
    this.#before.set(name, known);
    return known;
  }

  successors(name: string): ReadonlySet<string> {
    const known = this.#behind.get(name) ?? successors(this.#nodes, name);
    this.#behind.set(name, known);
    return known;
  }
}

/** All nodes that `name` waits for, directly or through others; never `name` itself. */
export function predecessors(nodes: readonly DagNode[], name: string): ReadonlySet<string> {
  const edges = edgesOf(nodes);
  const found = new Set<string>();
  const open = [...(edges.get(name) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next) || next === name) continue;
    found.add(next);
    open.push(...(edges.get(next) ?? []));
  }
  return found;
}

/** All nodes that wait for `name`, directly or through others; never `name` itself. */
export function successors(nodes: readonly DagNode[], name: string): ReadonlySet<string> {
  return new Set(nodes.map((node) => node.name).filter((other) => predecessors(nodes, other).has(name)));
}

function edgesOf(nodes: readonly DagNode[]): ReadonlyMap<string, readonly string[]> {
  const names = new Set(nodes.map((node) => node.name));
  return new Map(nodes.map((node) => [node.name, node.after.filter((before) => names.has(before)).sort()]));
}

/** Follows edges depth first; `finished` holds nodes from which no cycle can be reached, and grows. */
function walk(
  start: string,
  edges: ReadonlyMap<string, readonly string[]>,
  finished: Set<string>,
): readonly string[] | undefined {
  const path: string[] = [];
  const visit = (name: string): readonly string[] | undefined => {
    const seenAt = path.indexOf(name);
    if (seenAt >= 0) return [...path.slice(seenAt), name];
    if (finished.has(name)) return undefined;
    path.push(name);
    for (const before of edges.get(name) ?? []) {
      const cycle = visit(before);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    finished.add(name);
    return undefined;
  };
  return visit(start);
}
