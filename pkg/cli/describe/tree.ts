/** A line of a tree, and what hangs below it. */
export interface TreeNode {
  readonly text: string;
  readonly children: readonly TreeNode[];
}

/** Children of one node beyond this are counted and not drawn. */
const maxChildren = 40;

export function treeLines(nodes: readonly TreeNode[]): string[] {
  return nodes.flatMap(({ text, children }) => [text, ...branchLines(children)]);
}

function branchLines(nodes: readonly TreeNode[]): string[] {
  const left = nodes.length - maxChildren;
  const drawn = left > 0 ? [...nodes.slice(0, maxChildren), { text: `… and ${left} more`, children: [] }] : nodes;
  return drawn.flatMap(({ text, children }, index) => {
    const last = index === drawn.length - 1;
    const below = branchLines(children).map((line) => `${last ? "   " : "│  "}${line}`);
    return [`${last ? "└─ " : "├─ "}${text}`, ...below];
  });
}
