import { builderTexts as texts } from "../texts/builder.ts";
import { type NewKind, newKinds } from "./block-edits.ts";
import { paletteType } from "./palette-type.ts";

/** What can be put among the blocks: pressed, or drawn to where it belongs. */
export function Palette({ onAdd }: { readonly onAdd: (kind: NewKind) => void }) {
  return (
    <div className="builder-palette" role="toolbar" aria-label={texts.add}>
      {newKinds.map((kind) => (
        <button
          key={kind}
          type="button"
          draggable
          onDragStart={(event) => event.dataTransfer.setData(paletteType, kind)}
          onClick={() => onAdd(kind)}
        >
          + {texts.addKinds[kind]}
        </button>
      ))}
    </div>
  );
}
