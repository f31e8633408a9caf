import { type ChangeEvent, useEffect, useMemo, useRef, useState } from "react";
import { kinds } from "../../api/index.ts";
import { setQuery } from "../app/router.tsx";
import { useKindState } from "../live/use-world.ts";
import { historyTexts as texts } from "../texts/history.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Icon } from "../ui/icon.tsx";
import { notify } from "../ui/notices.tsx";
import { densityOf } from "./density.ts";
import { ranges, useHistory } from "./history.tsx";
import type { PastWorld } from "./past-world.ts";

type RangeName = keyof typeof ranges;
const speeds = [1, 10, 60, 600];
const bars = 120;

/** Opens the slider at the last quarter of an hour. */
export function HistoryButton() {
  const { past, open, close } = useHistory();
  const toggle = (): void => {
    if (past !== undefined) close();
    else open(ranges["15m"]).catch((error: Error) => notify(error.message, "bad"));
  };
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={texts.open}
      title={texts.open}
      aria-pressed={past !== undefined}
      onClick={toggle}
    >
      <Icon name="clock" />
    </button>
  );
}

/** Below the page while the past is shown: moves everything on it to another moment. */
export function TimeSlider() {
  const { past } = useHistory();
  return past === undefined ? null : <Slider past={past} />;
}

function Slider({ past }: { readonly past: PastWorld }) {
  const { open, close } = useHistory();
  const [at, setAt] = useState(past.now());
  const [range, setRange] = useState<RangeName>(() => rangeOf(past));
  const { problem } = useKindState(kinds.Event);
  const seek = (to: number): void => {
    past.seek(to);
    setAt(past.now());
  };
  const player = usePlayer(past, seek);
  const choose = (event: ChangeEvent<HTMLSelectElement>): void => {
    const name = event.target.value as RangeName;
    setRange(name);
    open(ranges[name], at).catch((error: Error) => notify(error.message, "bad"));
  };
  const keep = (): void => setQuery({ at: new Date(at).toISOString() });
  const time = longTime(at);
  return (
    <section className="history-slider" aria-label={texts.title}>
      <p className="history-words" role="status">
        {texts.past(time)}
      </p>
      <div className="history-track">
        <Density past={past} />
        <input
          type="range"
          min={past.from}
          max={past.to}
          step={1000}
          value={at}
          aria-label={texts.at}
          aria-valuetext={time}
          onChange={(event) => seek(Number(event.target.value))}
          onPointerUp={keep}
          onKeyUp={keep}
        />
        <p className="history-ends">
          <time dateTime={new Date(past.from).toISOString()}>{shortTime(past.from)}</time>
          {past.isShort && <span>{texts.onlySince(longTime(past.from))}</span>}
          <time dateTime={new Date(past.to).toISOString()}>{shortTime(past.to)}</time>
        </p>
      </div>
      <div className="history-controls">
        <button
          type="button"
          className="icon-button"
          aria-label={player.isPlaying ? texts.pause : texts.play}
          onClick={player.toggle}
        >
          <Icon name={player.isPlaying ? "pause" : "play"} />
        </button>
        <select
          className="input"
          aria-label={texts.speed}
          value={player.speed}
          onChange={(event) => player.setSpeed(Number(event.target.value))}
        >
          {speeds.map((factor) => (
            <option key={factor} value={factor}>
              {texts.speeds(factor)}
            </option>
          ))}
        </select>
        <select className="input" aria-label={texts.range} value={range} onChange={choose}>
          {Object.entries(texts.ranges).map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
        <span className="spacer" />
        <Button look="primary" onClick={close}>
          {texts.toNow}
        </Button>
      </div>
      {problem !== undefined && <ErrorNote error={problem} />}
    </section>
  );
}

const longTime = (at: number): string =>
  new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
const shortTime = (at: number): string => new Date(at).toLocaleTimeString();

function rangeOf({ from, to }: PastWorld): RangeName {
  const names = Object.keys(ranges) as RangeName[];
  return names.find((name) => ranges[name] >= to - from) ?? "24h";
}

/** Moves on by itself, so many times as fast as it was. */
function usePlayer(past: PastWorld, seek: (at: number) => void) {
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(10);
  const latest = useRef(seek);
  latest.current = seek;
  useEffect(() => {
    if (!isPlaying) return;
    let last = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      latest.current(past.now() + (now - last) * speed);
      last = now;
      if (past.now() >= past.to) setPlaying(false);
      else frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, speed, past]);
  const toggle = (): void => {
    // From the end there is nowhere to go but the beginning.
    if (!isPlaying && past.now() >= past.to) seek(past.from);
    setPlaying(!isPlaying);
  };
  return { isPlaying, toggle, speed, setSpeed };
}

/** When much was told, and when it was bad. */
function Density({ past }: { readonly past: PastWorld }) {
  const { isSynced } = useKindState(kinds.Event);
  const buckets = useMemo(() => {
    const events = isSynced ? past.past(kinds.Event) : undefined;
    return events === undefined
      ? []
      : densityOf(events.all(), past.line, { from: past.from, to: past.to, count: bars });
  }, [past, isSynced]);
  const highest = Math.max(1, ...buckets.map(({ events }) => events));
  const total = buckets.reduce((sum, { events }) => sum + events, 0);
  const warnings = buckets.reduce((sum, bucket) => sum + bucket.warnings, 0);
  const height = (count: number): number => (count === 0 ? 0 : 3 + (count / highest) * 25);
  return (
    <svg
      className="history-density"
      viewBox={`0 0 ${bars} 28`}
      preserveAspectRatio="none"
      role="img"
      aria-label={isSynced ? texts.changes(total, warnings) : texts.reading}
    >
      {buckets.map(({ events, warnings: bad }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
        <g key={index}>
          <rect
            x={index + 0.1}
            width={0.8}
            y={28 - height(events)}
            height={height(events)}
            className="history-events"
          />
          <rect x={index + 0.1} width={0.8} y={28 - height(bad)} height={height(bad)} className="history-warnings" />
        </g>
      ))}
    </svg>
  );
}
