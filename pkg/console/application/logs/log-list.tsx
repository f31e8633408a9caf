import { useLayoutEffect, useReducer, useRef, useSyncExternalStore } from "react";
import { applicationTexts } from "../../texts/application.ts";
import { Button } from "../../ui/button.tsx";
import { clockText } from "../clock-text.ts";
import { ansiSpans } from "./ansi.ts";
import type { LogLine } from "./log-buffer.ts";
import type { LogFeed } from "./log-feed.ts";
import type { LogSearch } from "./log-search.ts";
import { LogText } from "./log-text.tsx";

const texts = applicationTexts.logs;
const rowHeight = 20;
const overscan = 20;
/** Colours of members: application-hue-0 and on. */
const hues = 8;

interface LogListProps {
  readonly feed: LogFeed;
  readonly search: LogSearch;
  readonly isFollowing: boolean;
  readonly onFollow: (isFollowing: boolean) => void;
  readonly isWrapped: boolean;
  readonly hasTimes: boolean;
}

/** The lines that can be seen, of any number. It stays at the end while it follows, and at its lines while it does not. */
export function LogList(props: LogListProps) {
  const { feed, search, isFollowing, onFollow, isWrapped, hasTimes } = props;
  const { box, first, end, newer, onScroll } = useLogWindow(props);
  const { view } = feed;
  const rows = [];
  for (let index = first; index < end; index++) {
    const line = view.at(index);
    if (line !== undefined)
      rows.push(
        <Line
          key={line.seq}
          line={line}
          hue={feed.numberOf(line.process) % hues}
          search={search}
          hasTimes={hasTimes}
        />,
      );
  }
  return (
    <div className="application-log-frame">
      <div
        ref={box}
        className={`application-log card ${isWrapped ? "is-wrapped" : ""}`}
        role="log"
        aria-label={texts.label}
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
        tabIndex={0}
        onScroll={onScroll}
      >
        <div style={{ paddingTop: first * rowHeight, paddingBottom: (view.count - end) * rowHeight }}>{rows}</div>
      </div>
      {!isFollowing && newer > 0 && (
        <Button look="primary" className="application-log-newer" onClick={() => onFollow(true)}>
          {texts.newer(newer)}
        </Button>
      )}
    </div>
  );
}

/** Which lines are drawn, and keeping the place where the list is scrolled to while lines come and go. */
function useLogWindow({ feed, search, isFollowing, onFollow, isWrapped }: LogListProps) {
  const version = useSyncExternalStore(
    (wake) => feed.subscribe(wake),
    () => feed.version,
  );
  const [, drawAgain] = useReducer((times: number) => times + 1, 0);
  const box = useRef<HTMLDivElement>(null);
  const last = useRef({ top: 0, height: 400, dropped: 0, seen: 0 });
  const { view, buffer } = feed;
  const { top, height } = last.current;
  const { count } = view;
  const moved = isFollowing ? 0 : (view.dropped - last.current.dropped) * rowHeight;
  const shown = Math.ceil(height / rowHeight) + overscan;
  const first = isFollowing
    ? Math.max(0, count - shown)
    : Math.max(0, Math.min(count, Math.floor((top - moved) / rowHeight)) - overscan);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever was drawn
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    if (isFollowing) element.scrollTop = element.scrollHeight;
    else if (moved !== 0) element.scrollTop -= moved;
    const { scrollTop, clientHeight } = element;
    const seen = isFollowing ? buffer.end : last.current.seen;
    last.current = { top: scrollTop, height: clientHeight, dropped: view.dropped, seen };
  }, [version, isFollowing, isWrapped, search]);
  const onScroll = (): void => {
    const element = box.current;
    if (element === null) return;
    const isUp = element.scrollTop < last.current.top - 1;
    const isAtEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - 2;
    last.current = { ...last.current, top: element.scrollTop, height: element.clientHeight };
    if (isFollowing && isUp && !isAtEnd) onFollow(false);
    else if (!isFollowing && !isUp && isAtEnd && count > 0) onFollow(true);
    drawAgain();
  };
  return {
    box,
    first,
    end: Math.min(count, first + shown + overscan),
    newer: buffer.end - last.current.seen,
    onScroll,
  };
}

interface LineProps {
  readonly line: LogLine;
  readonly hue: number;
  readonly search: LogSearch;
  readonly hasTimes: boolean;
}

function Line({ line, hue, search, hasTimes }: LineProps) {
  const { process, time, text, raw } = line;
  return (
    <div className="application-log-line">
      <span className={`application-log-process application-hue-${hue}`} title={process}>
        {process}
      </span>
      {hasTimes && <span className="application-log-time">{time === "" ? "" : clockText(Date.parse(time))}</span>}
      <span className="application-log-text">
        <LogText spans={raw === undefined ? [{ text }] : ansiSpans(raw)} ranges={search.ranges(text)} />
      </span>
    </div>
  );
}
