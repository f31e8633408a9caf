import { Colours, onThemeChange } from "./colours.ts";
import { type DotRules, DotsPainter } from "./dots-painter.ts";
import { takeGestures } from "./gestures.ts";
import { GroundPainter } from "./ground-painter.ts";
import { HitIndex, nearest, neighbour } from "./hit-index.ts";
import { type Land, loadLand } from "./land.ts";
import { LandLayer } from "./land-layer.ts";
import { Layer } from "./layer.ts";
import type { Machine } from "./machine.ts";
import type { MachineNews, MachineStore } from "./machine-store.ts";
import { OverlayPainter } from "./overlay-painter.ts";
import { placeInGrid } from "./place-in-grid.ts";
import { fitGroups, placeOnMap } from "./place-on-map.ts";
import { type Placement, type Roster, rosterOf } from "./placement.ts";
import type { Point } from "./projection.ts";
import { Pulses } from "./pulses.ts";
import { between, panned, type Size, type View, worldView, zoomed } from "./view.ts";

/** What is drawn besides the machines themselves. */
export interface MapSettings extends DotRules {
  readonly selected: string | undefined;
  /** Marked with a ring; those that are asked for may be others. */
  readonly isFitting: (machine: Machine) => boolean;
  readonly hasEdges: boolean;
  /** In a corner of something else: without counts. */
  readonly isSmall: boolean;
}

/** A machine that is pointed at, and where its dot is. */
export interface Pointed {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

export interface MapEvents {
  onSelect(name: string): void;
  onPoint(pointed: Pointed | undefined): void;
  /** Of all that is drawn; a grid may be higher than its place. */
  onHeight(height: number): void;
}

type Dirt = "placement" | "ground" | "dots" | "overlay";

const flightMs = 260;
/** Land that was drawn for another zoom is drawn anew once the map has rested so long. */
const restMs = 120;
/** Counts beside names are drawn no oftener. */
const recountMs = 200;

/** Machines on a map of the world, or in cards; draws in at most one frame at a time, and what changed alone. */
export class MapCanvas {
  readonly #host: HTMLElement;
  readonly #isOnMap: boolean;
  readonly #store: MachineStore;
  readonly #events: MapEvents;
  readonly #colours: Colours;
  readonly #layers: { readonly ground: Layer; readonly dots: Layer; readonly overlay: Layer };
  readonly #ground: GroundPainter;
  readonly #dots: DotsPainter;
  readonly #overlay: OverlayPainter;
  readonly #landLayer = new LandLayer();
  readonly #pulses = new Pulses();
  readonly #closing = new AbortController();
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  readonly #dirt = new Set<Dirt>();
  readonly #changed = new Set<string>();
  #settings: MapSettings;
  #land: Land | undefined;
  #size: Size = { width: 0, height: 0 };
  #ratio = 1;
  #view: View = { x: 0, y: 0, scale: 1 };
  /** Whether somebody has chosen what is seen: until then all machines are. */
  #isMoved = false;
  #flight: { readonly from: View; readonly to: View; readonly startedAt: number } | undefined;
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  #isMoving = false;
  #recountTimer: ReturnType<typeof setTimeout> | undefined;
  #frame: number | undefined;
  #placement: Placement | undefined;
  /** Kept until somebody comes or goes. */
  #roster: Roster | undefined;
  #index: HitIndex | undefined;
  #pointed: string | undefined;

  constructor(host: HTMLElement, isOnMap: boolean, store: MachineStore, settings: MapSettings, events: MapEvents) {
    this.#host = host;
    this.#isOnMap = isOnMap;
    this.#store = store;
    this.#settings = settings;
    this.#events = events;
    this.#colours = new Colours(host);
    const [ground, dots, overlay] = [new Layer(host), new Layer(host), new Layer(host)];
    this.#layers = { ground, dots, overlay };
    this.#ground = new GroundPainter(ground, this.#colours);
    this.#dots = new DotsPainter(dots, this.#colours);
    this.#overlay = new OverlayPainter(overlay, this.#colours);
    this.#listen();
  }

  close(): void {
    this.#closing.abort();
    clearTimeout(this.#restTimer);
    clearTimeout(this.#recountTimer);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    for (const layer of Object.values(this.#layers)) layer.remove();
  }

  set(settings: MapSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    if (before.hasEdges !== settings.hasEdges || before.isSmall !== settings.isSmall) this.#soil("ground");
    if (
      before.palette !== settings.palette ||
      before.isWanted !== settings.isWanted ||
      before.detailOf !== settings.detailOf
    )
      this.#soil("dots");
    this.#soil("overlay");
  }

  resize(size: Size, ratio: number): void {
    if (size.width === this.#size.width && size.height === this.#size.height && ratio === this.#ratio) return;
    const isFirst = this.#size.width === 0;
    this.#size = size;
    this.#ratio = ratio;
    if (isFirst || !this.#isMoved) this.#view = this.#wholeView();
    this.#soil("placement");
    // Within this frame: a canvas that was only emptied would flash.
    if (!isFirst) this.#paint();
  }

  fit(): void {
    this.#fly(this.#wholeView());
    this.#isMoved = false;
  }

  /** Around what is pointed at or chosen, else around the site that is nearest to the middle: in an ocean nobody is looked for. */
  zoomBy(factor: number): void {
    const middle = { x: this.#size.width / 2, y: this.#size.height / 2 };
    const { indices, xs, ys, groups } = this.#placed();
    const dot = indices.get(this.#pointed ?? "") ?? indices.get(this.#settings.selected ?? "");
    const isSeen = ({ x, y }: Point): boolean => x >= 0 && y >= 0 && x <= middle.x * 2 && y <= middle.y * 2;
    const distance = ({ x, y }: Point): number => Math.hypot(x - middle.x, y - middle.y);
    const places = dot === undefined ? groups : [{ x: xs[dot] ?? 0, y: ys[dot] ?? 0 }];
    const [closest] = places.filter(isSeen).sort((a, b) => distance(a) - distance(b));
    this.#zoomSmoothly(factor, closest ?? middle);
  }

  /** Brings a machine into sight; nothing moves where it is seen already. */
  show(name: string): void {
    const placement = this.#placed();
    const index = placement.indices.get(name);
    if (index === undefined || !this.#isOnMap) return;
    const [x, y] = [placement.xs[index] ?? 0, placement.ys[index] ?? 0];
    if (x > 20 && y > 20 && x < this.#size.width - 20 && y < this.#size.height - 20) return;
    this.#fly(panned(this.#view, this.#size.width / 2 - x, this.#size.height / 2 - y));
  }

  /** True: the key meant something here. */
  key(key: string, isShifted: boolean): boolean {
    const side = sides[key];
    if (side !== undefined && (isShifted || !this.#isOnMap)) this.#step(side);
    else if (side !== undefined) this.#fly(panned(this.#view, -side.x * 140, -side.y * 140));
    else if (key === "+" || key === "=") this.zoomBy(1.7);
    else if (key === "-") this.zoomBy(1 / 1.7);
    else if (key === "0") this.fit();
    else if ((key === "Enter" || key === " ") && this.#pointed !== undefined) this.#events.onSelect(this.#pointed);
    else return false;
    return true;
  }

  #listen(): void {
    const { signal } = this.#closing;
    const forget = [
      this.#store.onNews((news) => this.#hear(news)),
      onThemeChange(() => {
        this.#colours.forget();
        this.#landLayer.forget();
        this.#soil("ground", "dots", "overlay");
      }),
    ];
    signal.addEventListener("abort", () => {
      for (const leave of forget) leave();
    });
    const target = {
      pan: (byX: number, byY: number) => this.#move(panned(this.#view, byX, byY)),
      zoom: (factor: number, at: Point) => this.#move(zoomed(this.#view, factor, at, this.#size)),
      zoomSmoothly: (factor: number, at: Point) => this.#zoomSmoothly(factor, at),
      point: (at: Point | undefined) => this.#pointAt(at === undefined ? undefined : this.#hit(at)),
      choose: (at: Point) => this.#choose(at),
    };
    takeGestures(this.#host, target, !this.#isOnMap, signal);
    if (!this.#isOnMap) return;
    loadLand().then(
      (land) => {
        this.#land = land;
        this.#soil("ground");
      },
      // Machines are where they are without shores, too.
      () => undefined,
    );
  }

  #hear({ changed, noted, isMoved, isRecounted }: MachineNews): void {
    if (isMoved) {
      this.#roster = undefined;
      this.#soil("placement");
    } else for (const name of changed) this.#changed.add(name);
    if (isRecounted && !isMoved)
      this.#recountTimer ??= setTimeout(() => {
        this.#recountTimer = undefined;
        this.#soil("ground");
      }, recountMs);
    if (noted.length > 0) {
      this.#pulses.add(noted, performance.now());
      this.#soil("overlay");
    }
    // News come right before a frame: this one.
    if (this.#changed.size > 0 || this.#dirt.size > 0) this.#paint();
  }

  #soil(...dirt: readonly Dirt[]): void {
    for (const one of dirt) this.#dirt.add(one);
    this.#frame ??= requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    if (this.#size.width === 0) return;
    this.#proceed();
    if (this.#dirt.has("placement")) this.#place();
    const placement = this.#placed();
    if (this.#dirt.has("ground")) this.#paintGround(placement);
    if (this.#dirt.has("dots"))
      this.#dots.all(placement, this.#store.machines, this.#settings, this.#canvasSize(placement));
    else this.#paintChanged(placement);
    if (this.#dirt.has("overlay")) this.#paintOverlay(placement);
    else this.#dirt.clear();
    this.#changed.clear();
  }

  #paintChanged(placement: Placement): void {
    for (const name of this.#changed) {
      const [index, machine] = [placement.indices.get(name), this.#store.machines.get(name)];
      if (index !== undefined && machine !== undefined) this.#dots.one(placement, index, machine, this.#settings);
    }
  }

  #paintGround(placement: Placement): void {
    const { ground } = this.#layers;
    ground.clear();
    if (this.#isOnMap) {
      if (this.#land !== undefined) {
        const now = { view: this.#view, size: this.#size, ratio: this.#ratio, isMoving: this.#isMoving };
        this.#landLayer.paint(ground.context, this.#land, now, this.#colours);
      }
      this.#ground.clusters(placement.groups, this.#size, this.#settings.isSmall);
    } else this.#ground.cards(placement.groups);
    if (this.#settings.hasEdges) this.#ground.edges(placement, this.#store.machines);
  }

  #paintOverlay(placement: Placement): void {
    this.#overlay.clear();
    const { selected, isFitting } = this.#settings;
    for (const [index, name] of placement.names.entries()) {
      const machine = this.#store.machines.get(name);
      if (machine !== undefined && isFitting(machine)) this.#overlay.fitting(placement, index);
    }
    const pulses = this.#pulses.at(performance.now());
    for (const { name, age } of pulses) {
      const index = placement.indices.get(name);
      if (index !== undefined) this.#overlay.pulse(placement, index, age, this.#calm.matches);
    }
    const [pointed, chosen] = [this.#pointed, selected].map((name) => placement.indices.get(name ?? ""));
    if (pointed !== undefined) this.#overlay.pointedAt(placement, pointed);
    if (chosen !== undefined) this.#overlay.chosen(placement, chosen);
    this.#dirt.clear();
    if (pulses.length > 0) this.#soil("overlay");
  }

  #place(): void {
    if (!this.#isMoved && this.#flight === undefined) this.#view = this.#wholeView();
    const groups = this.#store.scene.groups(this.#isOnMap);
    this.#roster ??= rosterOf(groups);
    const placement = this.#isOnMap
      ? placeOnMap(groups, this.#view, this.#size, this.#roster)
      : placeInGrid(groups, this.#size);
    this.#placement = placement;
    this.#index = undefined;
    const size = this.#canvasSize(placement);
    const { canvas } = this.#layers.dots;
    if (
      canvas.width !== Math.round(size.width * this.#ratio) ||
      canvas.height !== Math.round(size.height * this.#ratio)
    ) {
      for (const layer of Object.values(this.#layers)) layer.resize(size, this.#ratio);
      this.#events.onHeight(size.height);
    }
    this.#tellPointed();
    for (const one of ["ground", "dots", "overlay"] as const) this.#dirt.add(one);
  }

  #canvasSize({ height }: Placement): Size {
    return { width: this.#size.width, height: this.#isOnMap ? this.#size.height : Math.max(height, this.#size.height) };
  }

  #placed(): Placement {
    if (this.#placement === undefined) this.#place();
    return this.#placement ?? placeInGrid([], this.#size);
  }

  #wholeView(): View {
    if (!this.#isOnMap) return worldView(this.#size);
    return fitGroups(this.#store.scene.groups(true), this.#size);
  }

  /** Moves at once, as fingers do. */
  #move(view: View): void {
    this.#flight = undefined;
    this.#isMoved = true;
    this.#show(view);
  }

  #show(view: View): void {
    this.#view = view;
    this.#isMoving = true;
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => {
      this.#isMoving = false;
      this.#soil("ground");
    }, restMs);
    this.#soil("placement");
  }

  #zoomSmoothly(factor: number, at: Point): void {
    this.#fly(zoomed(this.#flight?.to ?? this.#view, factor, at, this.#size));
  }

  #fly(to: View): void {
    if (!this.#isOnMap) return;
    this.#isMoved = true;
    // Where nothing is to move, it is there at once.
    if (this.#calm.matches) this.#show(to);
    else {
      this.#flight = { from: this.#view, to, startedAt: performance.now() };
      this.#soil("placement");
    }
  }

  /** On with a flight that is under way. */
  #proceed(): void {
    const flight = this.#flight;
    if (flight === undefined) return;
    const share = Math.min(1, (performance.now() - flight.startedAt) / flightMs);
    if (share >= 1) this.#flight = undefined;
    this.#show(between(flight.from, flight.to, 1 - (1 - share) ** 3));
  }

  #step(side: Point): void {
    const placement = this.#placed();
    const from = placement.indices.get(this.#pointed ?? this.#settings.selected ?? "");
    const { xs, ys } = placement;
    const isWanted = (index: number): boolean => this.#isWanted(index);
    const next =
      from === undefined
        ? nearest(xs, ys, { x: 0, y: 0 }, isWanted)
        : neighbour(xs, ys, { x: xs[from] ?? 0, y: ys[from] ?? 0 }, side, isWanted);
    const name = placement.names[next ?? -1];
    if (name === undefined) return;
    this.show(name);
    this.#pointAt(name);
  }

  #isWanted(index: number): boolean {
    const machine = this.#store.machines.get(this.#placed().names[index] ?? "");
    return machine !== undefined && this.#settings.isWanted(machine);
  }

  #hit(at: Point): string | undefined {
    const { names, xs, ys, radius, tile } = this.#placed();
    if (tile !== undefined) {
      const isOver = (index: number): boolean =>
        Math.abs((ys[index] ?? 0) - at.y) < tile.height / 2 &&
        at.x - (xs[index] ?? 0) > -16 &&
        at.x - (xs[index] ?? 0) < tile.width - 16;
      return names.find((_, index) => isOver(index));
    }
    const reach = Math.max(radius + 2, 7);
    this.#index ??= new HitIndex(xs, ys, Math.max(16, reach));
    return names[this.#index.nearest(at, reach, (index) => this.#isWanted(index)) ?? -1];
  }

  /** A machine, or closer to a site whose cluster or name it was. */
  #choose(at: Point): void {
    const name = this.#hit(at);
    if (name !== undefined) this.#events.onSelect(name);
    else if (this.#isOnMap) this.#approach(at);
  }

  #approach(at: Point): void {
    const site = this.#placed().groups.find(
      ({ x, y, radius }) =>
        Math.hypot(at.x - x, at.y - y) < radius || (Math.abs(at.x - x) < 50 && at.y > y && at.y < y + radius + 34),
    );
    if (site?.group.point === undefined) return;
    this.#fly({ ...site.group.point, scale: Math.max(this.#view.scale, this.#wholeView().scale) * 2.2 });
  }

  #pointAt(name: string | undefined): void {
    if (name === this.#pointed) return;
    this.#pointed = name;
    this.#host.style.cursor = name === undefined ? "" : "pointer";
    this.#tellPointed();
    this.#soil("overlay");
  }

  #tellPointed(): void {
    const { indices, xs, ys } = this.#placed();
    const index = indices.get(this.#pointed ?? "");
    const name = this.#pointed;
    if (index === undefined || name === undefined) this.#events.onPoint(undefined);
    else this.#events.onPoint({ name, x: xs[index] ?? 0, y: ys[index] ?? 0 });
  }
}

const sides: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
