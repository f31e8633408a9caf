import type { ReactNode } from "react";
import type { Range } from "../pattern/pattern.ts";
import type { AnsiSpan } from "./ansi.ts";

/** A line in its program's colours, with what was found marked. It is text, whatever it holds. */
export function LogText({ spans, ranges }: { readonly spans: readonly AnsiSpan[]; readonly ranges: readonly Range[] }) {
  let at = 0;
  return spans.map((span) => {
    const from = at;
    at += span.text.length;
    const content = ranges.length === 0 ? span.text : marked(span.text, from, ranges);
    const look = lookOf(span);
    return look === "" ? (
      <span key={from}>{content}</span>
    ) : (
      <span key={from} className={look}>
        {content}
      </span>
    );
  });
}

function lookOf({ colour, isBold, isDim, isItalic, isUnderlined }: AnsiSpan): string {
  return [
    ...(colour === undefined ? [] : [`application-ansi-${colour}`]),
    ...(isBold ? ["application-ansi-bold"] : []),
    ...(isDim ? ["application-ansi-dim"] : []),
    ...(isItalic ? ["application-ansi-italic"] : []),
    ...(isUnderlined ? ["application-ansi-underlined"] : []),
  ].join(" ");
}

function marked(text: string, offset: number, ranges: readonly Range[]): readonly ReactNode[] {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const { from, to } of ranges) {
    const [start, end] = [Math.max(at, from - offset), Math.min(text.length, to - offset)];
    if (end <= start) continue;
    parts.push(text.slice(at, start), <mark key={start}>{text.slice(start, end)}</mark>);
    at = end;
  }
  return [...parts, text.slice(at)];
}
