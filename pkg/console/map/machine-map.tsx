import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { mapTexts as texts } from "../texts/map.ts";
import { State } from "../ui/state.tsx";
import type { Colouring } from "./colouring.ts";
import { detailOf } from "./detail.ts";
import { everything, type MachineFilter, matches } from "./filter.ts";
import type { Machine } from "./machine.ts";
import type { MachineStore } from "./machine-store.ts";
import { MapCanvas, type MapEvents, type MapSettings, type Pointed } from "./map-canvas.ts";
import { MapControls } from "./map-controls.tsx";
import { summaryOf } from "./summary.ts";
import { useMachineStore, useMachineVersion, usePalette } from "./use-machines.ts";

/** How well a machine would do, or why it would not. */
export type Fit = { readonly penalty: number } | { readonly reason: string };

export interface MachineMapProps {
  /** Of the page around it; absent: of its own. */
  readonly store?: MachineStore;
  readonly colouring?: Colouring;
  readonly filter?: MachineFilter;
  readonly selected?: string | undefined;
  readonly onSelect?: (name: string) => void;
  readonly hasEdges?: boolean;
  /** Machines that fit are marked, others faded, with what is said of each on hover. */
  readonly highlight?: ReadonlyMap<string, Fit>;
  /** Without counts and buttons. */
  readonly isSmall?: boolean;
}

/** Machines on the world's map, and in cards those of which nobody said where they are. */
export function MachineMap(props: MachineMapProps) {
  return props.store === undefined ? <OwnStoreMap {...props} /> : <Maps {...props} store={props.store} />;
}

function OwnStoreMap(props: MachineMapProps) {
  return <Maps {...props} store={useMachineStore()} />;
}

type MapsProps = MachineMapProps & { readonly store: MachineStore };

function Maps(props: MapsProps) {
  const { store } = props;
  const version = useMachineVersion(store);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the machines
  const [placed, unplaced] = useMemo(
    () => [true, false].map((isOnMap) => store.scene.groups(isOnMap).length > 0),
    [store, version],
  );
  return (
    <div className={`map-area ${placed === true && unplaced === true ? "map-area-both" : ""}`}>
      {placed === true && <Canvas {...props} isOnMap />}
      {unplaced === true && <Canvas {...props} isOnMap={false} />}
    </div>
  );
}

function Canvas(props: MapsProps & { readonly isOnMap: boolean }) {
  const { store, isOnMap, isSmall = false, selected } = props;
  const host = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLElement>(null);
  const canvas = useRef<MapCanvas>(undefined);
  const [pointed, setPointed] = useState<Pointed>();
  const settings = useSettings(props);
  const latest = useRef({ settings, onSelect: props.onSelect });
  latest.current = { settings, onSelect: props.onSelect };
  useEffect(() => {
    const [element, around] = [host.current, frame.current];
    if (element === null || around === null) return;
    const events: MapEvents = {
      onSelect: (name) => latest.current.onSelect?.(name),
      onPoint: setPointed,
      onHeight: (height) => {
        element.style.height = isOnMap ? "100%" : `${height}px`;
      },
    };
    const drawn = new MapCanvas(element, isOnMap, store, latest.current.settings, events);
    canvas.current = drawn;
    const resize = (): void =>
      drawn.resize({ width: around.clientWidth, height: around.clientHeight }, window.devicePixelRatio);
    const watching = new ResizeObserver(resize);
    watching.observe(around);
    resize();
    return () => {
      watching.disconnect();
      drawn.close();
      canvas.current = undefined;
    };
  }, [store, isOnMap]);
  useEffect(() => canvas.current?.set(settings), [settings]);
  useEffect(() => {
    if (selected !== undefined) canvas.current?.show(selected);
  }, [selected]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (canvas.current?.key(event.key, event.shiftKey) === true) event.preventDefault();
  };
  return (
    <section ref={frame} className={isOnMap ? "map-frame" : "map-frame map-frame-grid"}>
      <Surface store={store} isOnMap={isOnMap} host={host} onKeyDown={onKeyDown}>
        {pointed !== undefined && <Tip {...pointed} store={store} fit={props.highlight?.get(pointed.name)} />}
      </Surface>
      {isOnMap && !isSmall && (
        <MapControls onZoom={(factor) => canvas.current?.zoomBy(factor)} onFit={() => canvas.current?.fit()} />
      )}
    </section>
  );
}

const nobody = (): boolean => false;

function useSettings({ store, highlight, ...props }: MapsProps): MapSettings {
  const { colouring = "state", filter = everything, selected, hasEdges = false, isSmall = false } = props;
  const palette = usePalette(store, colouring, selected);
  const isFiltered = useMemo(() => matches(filter, palette), [filter, palette]);
  const isFitting = useCallback(({ name }: Machine) => isFit(highlight?.get(name)), [highlight]);
  const isWanted = useMemo(
    () => (highlight === undefined ? isFiltered : (machine: Machine) => isFitting(machine) && isFiltered(machine)),
    [highlight, isFitting, isFiltered],
  );
  return useMemo(
    () => ({
      ...{ palette, isWanted, detailOf: detailOf(colouring), selected, hasEdges, isSmall },
      isFitting: highlight === undefined ? nobody : isFitting,
    }),
    [palette, isWanted, isFitting, colouring, selected, hasEdges, isSmall, highlight],
  );
}

const isFit = (fit: Fit | undefined): boolean => fit !== undefined && "penalty" in fit;

function Surface({
  store,
  isOnMap,
  host,
  onKeyDown,
  children,
}: {
  readonly store: MachineStore;
  readonly isOnMap: boolean;
  readonly host: React.RefObject<HTMLDivElement | null>;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly children: React.ReactNode;
}) {
  const version = useMachineVersion(store);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the machines
  const summary = useMemo(() => {
    const machines = [...store.machines.values()].filter(({ location }) => (location !== undefined) === isOnMap);
    const { sites, states } = summaryOf(machines);
    const told = states.map(([state, count]) => `${count} ${state}`).join(", ");
    return texts.summary(texts.machines(machines.length), texts.sites(sites), told);
  }, [store, version, isOnMap]);
  const name = isOnMap ? texts.canvas : texts.grid;
  return (
    <div
      ref={host}
      className="map-surface"
      role="application"
      aria-label={`${name}. ${summary}`}
      aria-description={texts.canvasHelp}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is operated by keys
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      {children}
    </div>
  );
}

function Tip({ name, x, y, store, fit }: Pointed & { readonly store: MachineStore; readonly fit: Fit | undefined }) {
  useMachineVersion(store);
  const machine = store.machines.get(name);
  if (machine === undefined) return null;
  const side = y < 90 ? "map-tip map-tip-below" : "map-tip";
  return (
    <div className={side} role="tooltip" data-machine={name} style={{ left: x, top: y }}>
      <strong>{name}</strong>
      <State state={machine.state} />
      <span className="quiet">{[machine.site, machine.pool].filter(Boolean).join(" · ")}</span>
      {fit !== undefined && <span>{"reason" in fit ? fit.reason : texts.fits(fit.penalty)}</span>}
    </div>
  );
}
