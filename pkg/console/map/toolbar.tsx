import type { KeyboardEvent } from "react";
import { mapTexts as texts } from "../texts/map.ts";
import { Icon } from "../ui/icon.tsx";
import { type Colouring, colourings } from "./colouring.ts";

export type Look = "map" | "table";

export interface ToolbarProps {
  readonly look: Look;
  readonly onLook: (look: Look) => void;
  readonly colouring: Colouring;
  readonly onColouring: (colouring: Colouring) => void;
  readonly search: string;
  readonly onSearch: (text: string) => void;
  /** Enter in the search box. */
  readonly onFind: () => void;
  /** Undefined: no machine is reached through another one. */
  readonly hasEdges: boolean | undefined;
  readonly onEdges: (hasEdges: boolean) => void;
  readonly note: string;
}

export function Toolbar(props: ToolbarProps) {
  const { look, colouring, hasEdges, search } = props;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter") props.onFind();
    else if (event.key === "Escape") props.onSearch("");
  };
  return (
    <div className="map-toolbar">
      <label className="map-search">
        <Icon name="search" />
        <input
          type="search"
          className="input"
          value={search}
          placeholder={texts.search}
          aria-label={texts.searchLabel}
          onChange={(event) => props.onSearch(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </label>
      <span className="quiet map-note" role="status">
        {props.note}
      </span>
      <span className="spacer" />
      {hasEdges !== undefined && look === "map" && (
        <button
          type="button"
          className="button button-quiet"
          aria-pressed={hasEdges}
          title={texts.edgesHelp}
          onClick={() => props.onEdges(!hasEdges)}
        >
          <Icon name="tree" />
          <span>{texts.edges}</span>
        </button>
      )}
      {look === "map" && (
        <label className="map-colour">
          <span className="quiet">{texts.colourBy}</span>
          <select
            className="input"
            value={colouring}
            onChange={({ target }) => props.onColouring(colourings.find((one) => one === target.value) ?? "state")}
          >
            {colourings.map((one) => (
              <option key={one} value={one}>
                {texts.colourings[one]}
              </option>
            ))}
          </select>
        </label>
      )}
      <fieldset className="map-looks" aria-label={texts.views}>
        {(["map", "table"] as const).map((one) => (
          <button key={one} type="button" aria-pressed={look === one} onClick={() => props.onLook(one)}>
            <Icon name={one} />
            {texts[one]}
          </button>
        ))}
      </fieldset>
    </div>
  );
}
