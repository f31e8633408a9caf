import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { builderTexts as texts } from "../texts/builder.ts";
import { Icon } from "../ui/icon.tsx";
import { Shape } from "../ui/state.tsx";
import { type Block, type BlockKind, idOf, type Place, type ProcessRow } from "./blocks.ts";
import type { Problem } from "./manifest-set.ts";

export interface BlockNodeData extends Record<string, unknown> {
  readonly block: Block;
  readonly problems: readonly Problem[];
  readonly selectedId: string;
  /** Arrows come from above and go on below. */
  readonly isDown: boolean;
  readonly onSelect: (place: Place | undefined) => void;
}

type BlockNodeProps = NodeProps<Node<BlockNodeData, "block" | "frame">>;

const icons = {
  application: "applications",
  component: "objects",
  phase: "play",
  software: "download",
  pool: "pools",
  object: "file",
} as const satisfies Record<BlockKind, string>;

/** A component, a phase with its processes and its barrier, or an object beside the application. */
export const BlockNode = memo(function BlockNode({ data, selected }: BlockNodeProps) {
  const { block, problems, selectedId, onSelect, isDown } = data;
  const { kind, title, facts, processes, barrier, hue, word } = block;
  return (
    <div
      className={`builder-block builder-block-${kind}`}
      data-selected={selected}
      data-hue={hue}
      data-bad={problems.length > 0}
    >
      {kind !== "object" && kind !== "pool" && kind !== "software" && (
        <Handle type="target" position={isDown ? Position.Top : Position.Left} />
      )}
      <div className="builder-block-head">
        <Icon name={icons[kind]} />
        <strong>{title || texts.unnamed}</strong>
        <span className="quiet">{word ?? texts.kinds[kind]}</span>
      </div>
      {facts.map((fact, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: facts have no names, and no state
        <div key={index} className="builder-block-fact" title={fact}>
          {fact}
        </div>
      ))}
      {processes.map((row) => (
        <ProcessLine key={idOf(row.place)} row={row} isSelected={idOf(row.place) === selectedId} onSelect={onSelect} />
      ))}
      {barrier !== undefined && (
        <div className="builder-block-barrier" title={texts.barrier}>
          <Icon name="pause" /> {texts.barrier}: {barrier}
        </div>
      )}
      <Problems problems={problems} />
      {(kind === "phase" || kind === "software" || kind === "pool") && (
        <Handle type="source" position={isDown ? Position.Bottom : Position.Right} />
      )}
    </div>
  );
});

function ProcessLine({
  row,
  isSelected,
  onSelect,
}: {
  readonly row: ProcessRow;
  readonly isSelected: boolean;
  readonly onSelect: BlockNodeData["onSelect"];
}) {
  return (
    <button
      type="button"
      className="builder-process nodrag nopan"
      aria-pressed={isSelected}
      onClick={(event) => {
        event.stopPropagation();
        onSelect(row.place);
      }}
    >
      <span className="builder-process-name">{row.name || texts.unnamed}</span>
      {row.component !== "" && (
        <span className="builder-chip" data-hue={row.hue} title={row.component}>
          {row.component}
        </span>
      )}
    </button>
  );
}

/** An application: the frame around its blocks. */
export const FrameNode = memo(function FrameNode({ data, selected }: BlockNodeProps) {
  const { block, problems } = data;
  return (
    <div className="builder-frame" data-selected={selected} data-bad={problems.length > 0}>
      <div className="builder-frame-head">
        <Icon name="applications" />
        <strong>{block.title || texts.unnamed}</strong>
        <span className="quiet">{texts.kinds.application}</span>
      </div>
      <Problems problems={problems} />
    </div>
  );
});

function Problems({ problems }: { readonly problems: readonly Problem[] }) {
  const [first] = problems;
  if (first === undefined) return null;
  return (
    <div className="builder-block-problem" title={problems.map(({ message }) => message).join("\n")}>
      <Shape tone="bad" /> {problems.length > 1 ? `${texts.problems(problems.length)}: ` : ""}
      {first.message}
    </div>
  );
}
