import {
  Background,
  type Connection,
  Controls,
  type Edge,
  type EdgeChange,
  MarkerType,
  type Node,
  type NodeChange,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
} from "@xyflow/react";
import { type DragEvent, type KeyboardEvent, useEffect, useMemo, useState } from "react";
import { builderTexts as texts } from "../texts/builder.ts";
import { type Changed, connect, disconnect, type NewKind, newKinds, type Refused, removeBlock } from "./block-edits.ts";
import { BlockNode, type BlockNodeData, FrameNode } from "./block-node.tsx";
import { type Block, type Graph, graphOf, idOf, type Place } from "./blocks.ts";
import type { ParsedText } from "./document.ts";
import { type Box, type Direction, fittingLayout } from "./layout.ts";
import type { Problem } from "./manifest-set.ts";
import { paletteType } from "./palette-type.ts";

export interface GraphViewProps {
  readonly parsed: ParsedText;
  readonly problems: readonly Problem[];
  readonly selected: Place | undefined;
  /** Changes when the view is shown in another size. */
  readonly shape: string;
  readonly onSelect: (place: Place | undefined) => void;
  readonly onChange: (make: (parsed: ParsedText) => Changed | Refused) => void;
  readonly onAdd: (kind: NewKind, place: Place | undefined) => void;
}

type FlowNode = Node<BlockNodeData, "block" | "frame">;

const nodeTypes = { block: BlockNode, frame: FrameNode };

/** The blocks of a manifest; where they stand follows from it, so that nothing can be untidy. */
export default function GraphView(props: GraphViewProps) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ parsed, problems, selected, shape, onSelect, onChange, onAdd }: GraphViewProps) {
  const graph = useMemo(() => graphOf(parsed.documents), [parsed]);
  const [width, height] = useStore(viewSize, isSameSize);
  const { boxes, direction, extent } = useMemo(() => fittingLayout(graph, { width, height }), [graph, width, height]);
  const [selectedArrow, setSelectedArrow] = useState<string>();
  const nodes = useMemo(
    () => graph.blocks.flatMap((block) => nodeOf(block, boxes, { problems, selected, onSelect, direction })),
    [graph, boxes, direction, problems, selected, onSelect],
  );
  const edges = useMemo(() => edgesOf(graph, selectedArrow), [graph, selectedArrow]);
  const blockOf = (id: string | null): Block | undefined => graph.blocks.find((block) => block.id === id);
  useFit(`${extent.width} ${extent.height} ${boxes.size}`, shape);

  const draw = ({ source, target }: Connection): void => {
    const [from, to] = [blockOf(source), blockOf(target)];
    if (from !== undefined && to !== undefined) onChange((text) => connect(text, from, to));
  };
  // Either a block or an arrow: what is deleted is never in doubt.
  const changeNodes = (changes: readonly NodeChange<FlowNode>[]): void => {
    for (const change of changes) {
      if (change.type !== "select" || !change.selected) continue;
      setSelectedArrow(undefined);
      onSelect(blockOf(change.id)?.place);
    }
  };
  const changeEdges = (changes: readonly EdgeChange[]): void => {
    for (const change of changes) {
      if (change.type !== "select") continue;
      setSelectedArrow(change.selected ? change.id : undefined);
      if (change.selected) onSelect(undefined);
    }
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key !== "Delete" && event.key !== "Backspace") return;
    const arrow = graph.arrows.find(({ id }) => id === selectedArrow);
    if (arrow !== undefined) onChange((text) => ({ text: disconnect(text, arrow, graph.blocks) }));
    else if (selected !== undefined) onChange((text) => ({ text: removeBlock(text, selected), select: "nothing" }));
  };
  const drop = (event: DragEvent): void => {
    const kind = newKinds.find((one) => one === event.dataTransfer.getData(paletteType));
    if (kind === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const under = event.target instanceof Element ? event.target.closest("[data-id]") : null;
    onAdd(kind, blockOf(under?.getAttribute("data-id") ?? null)?.place);
  };
  return (
    <ReactFlow
      className="builder-canvas"
      aria-label={texts.graphLabel}
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      nodesDraggable={false}
      // An application lies below what is in it, selected or not.
      elevateNodesOnSelect={false}
      minZoom={0.2}
      maxZoom={1.5}
      deleteKeyCode={null}
      onKeyDown={press}
      onConnect={draw}
      onNodesChange={changeNodes}
      onEdgesChange={changeEdges}
      onPaneClick={() => onSelect(undefined)}
      onDragOver={letDrop}
      onDrop={drop}
    >
      <Background gap={20} />
      <Controls showInteractive={false} />
      {graph.blocks.length === 0 && <p className="builder-canvas-empty">{texts.graphEmpty}</p>}
    </ReactFlow>
  );
}

function letDrop(event: DragEvent): void {
  if (event.dataTransfer.types.includes(paletteType)) event.preventDefault();
}

/** Shows all of it again when it takes more or less room, or the view has another size. */
function useFit(extent: string, shape: string): void {
  const { fitView } = useReactFlow();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is named changed
  useEffect(() => {
    const timer = setTimeout(() => void fitView({ padding: 0.08, maxZoom: 1 }), 30);
    return () => clearTimeout(timer);
  }, [extent, shape, fitView]);
}

const viewSize = ({ width, height }: { readonly width: number; readonly height: number }) => [width, height] as const;
const isSameSize = (a: readonly [number, number], b: readonly [number, number]): boolean =>
  a[0] === b[0] && a[1] === b[1];

function nodeOf(
  block: Block,
  boxes: ReadonlyMap<string, Box>,
  {
    problems,
    selected,
    onSelect,
    direction,
  }: Pick<GraphViewProps, "problems" | "selected" | "onSelect"> & { readonly direction: Direction },
): readonly FlowNode[] {
  const box = boxes.get(block.id);
  if (box === undefined) return [];
  const { x, y, width, height } = box;
  const isFrame = block.kind === "application";
  const selectedId = selected === undefined ? "" : idOf(selected);
  const isSelected = selectedId === block.id || (!isFrame && selectedId.startsWith(`${block.id}/`));
  // Components are a list: what they use comes from the left.
  const isDown = block.kind !== "component" && direction === "down";
  return [
    {
      id: block.id,
      type: isFrame ? "frame" : "block",
      position: { x, y },
      ...{ width, height, measured: { width, height } },
      ...(!isFrame && { handles: handlesOf(box, isDown) }),
      selected: isSelected,
      zIndex: isFrame ? -1 : 1,
      connectable: !isFrame,
      ariaLabel: `${block.word ?? texts.kinds[block.kind]} ${block.title}`,
      data: { block, problems: problemsOf(block, problems), selectedId, onSelect, isDown },
    },
  ];
}

/** Where arrows begin and end: known before the block is drawn. */
function handlesOf({ width, height }: Box, isDown: boolean): NonNullable<FlowNode["handles"]> {
  const handle = { width: 10, height: 10 };
  const middle = width / 2 - 5;
  return [
    isDown
      ? { ...handle, type: "target", position: Position.Top, x: middle, y: -5 }
      : { ...handle, type: "target", position: Position.Left, x: -5, y: 12 },
    isDown
      ? { ...handle, type: "source", position: Position.Bottom, x: middle, y: height - 5 }
      : { ...handle, type: "source", position: Position.Right, x: width - 5, y: 12 },
  ];
}

/** Of a frame those that no block in it has. */
function problemsOf({ place, kind }: Block, problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ document, path }) => {
    if (document !== place.document) return false;
    if (kind === "application") return !(path.length >= 3 && (path[1] === "components" || path[1] === "phases"));
    return place.path.every((step, index) => path[index] === step);
  });
}

function edgesOf({ arrows }: Graph, selected: string | undefined): Edge[] {
  return arrows.map(({ id, kind, from, to }) => ({
    id,
    source: from,
    target: to,
    type: kind === "after" ? "default" : "smoothstep",
    className: `builder-arrow-${kind}`,
    selected: id === selected,
    zIndex: 0,
    ...(kind === "after" && { markerEnd: { type: MarkerType.ArrowClosed, width: 18, height: 18 } }),
  }));
}
