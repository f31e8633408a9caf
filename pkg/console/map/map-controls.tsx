import { mapTexts as texts } from "../texts/map.ts";
import { Icon, type IconName } from "../ui/icon.tsx";

/** Buttons that lie over the map. */
export function MapControls({
  onZoom,
  onFit,
}: {
  readonly onZoom: (factor: number) => void;
  readonly onFit: () => void;
}) {
  const buttons: readonly (readonly [string, IconName, () => void])[] = [
    [texts.zoomIn, "plus", () => onZoom(1.7)],
    [texts.zoomOut, "minus", () => onZoom(1 / 1.7)],
    [texts.fit, "fit", onFit],
  ];
  return (
    <div className="map-controls card">
      {buttons.map(([text, icon, press]) => (
        <button key={icon} type="button" className="icon-button" aria-label={text} title={text} onClick={press}>
          <Icon name={icon} />
        </button>
      ))}
    </div>
  );
}
