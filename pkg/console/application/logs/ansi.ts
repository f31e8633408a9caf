export type AnsiColour = "black" | "red" | "green" | "yellow" | "blue" | "magenta" | "cyan" | "white";

/** A piece of a line that is shown in one way. */
export interface AnsiSpan extends Readonly<Style> {
  readonly text: string;
}

interface Style {
  colour?: AnsiColour;
  isBold?: boolean;
  isDim?: boolean;
  isItalic?: boolean;
  isUnderlined?: boolean;
}

const colours = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

// Colours (CSI … m), what else moves a cursor or sets a title, and characters that are no text.
const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /\u001b\[([0-9;:]*)m|\u001b\[[0-?]*[ -/]*[@-~]?|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]?|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A line without escape codes. */
export function plainText(line: string): string {
  return line.replace(escapes, "");
}

/** A line as its program coloured it. What escape codes do besides is dropped. */
export function ansiSpans(line: string): readonly AnsiSpan[] {
  const spans: AnsiSpan[] = [];
  let style: Style = {};
  let at = 0;
  const add = (to: number): void => {
    if (to > at) spans.push({ text: line.slice(at, to), ...style });
  };
  for (const found of line.matchAll(escapes)) {
    add(found.index);
    at = found.index + found[0].length;
    if (found[1] !== undefined) style = nextStyle(style, found[1]);
  }
  add(line.length);
  return spans;
}

function nextStyle(before: Style, codes: string): Style {
  let style = before;
  const numbers = codes.split(/[;:]/).map(Number);
  for (let index = 0; index < numbers.length; index++) {
    const code = numbers[index] ?? 0;
    if (code === 38 || code === 48) {
      const [used, colour] = extended(numbers.slice(index + 1));
      if (code === 38 && colour !== undefined) style = { ...style, colour };
      index += used;
    } else style = styled(style, code);
  }
  return style;
}

const on: Readonly<Record<number, Style>> = {
  1: { isBold: true },
  2: { isDim: true },
  3: { isItalic: true },
  4: { isUnderlined: true },
};
const off: Readonly<Record<number, readonly (keyof Style)[]>> = {
  0: ["colour", "isBold", "isDim", "isItalic", "isUnderlined"],
  22: ["isBold", "isDim"],
  23: ["isItalic"],
  24: ["isUnderlined"],
  39: ["colour"],
};

function styled(style: Style, code: number): Style {
  const gone = off[code];
  if (gone !== undefined) {
    const left = { ...style };
    for (const name of gone) delete left[name];
    return left;
  }
  const colour = colours[code >= 90 ? code - 90 : code - 30];
  return { ...style, ...on[code], ...(colour !== undefined && { colour }) };
}

/** 5;N of 256 colours, or 2;R;G;B: the nearest of those that the page has. */
function extended([mode, ...values]: readonly number[]): readonly [used: number, colour: AnsiColour | undefined] {
  const [first = 0, second = 0, third = 0] = values;
  if (mode === 5) return [2, indexed(first)];
  if (mode === 2) return [4, nearest(first, second, third)];
  return [1, undefined];
}

function indexed(index: number): AnsiColour | undefined {
  if (index < 16) return colours[index % 8];
  if (index >= 232) return index < 244 ? "black" : "white";
  const cube = index - 16;
  const level = (value: number): number => (value % 6) * 51;
  return nearest(level(Math.floor(cube / 36)), level(Math.floor(cube / 6)), level(cube));
}

/** By which of red, green and blue stand out. */
function nearest(red: number, green: number, blue: number): AnsiColour | undefined {
  const most = Math.max(red, green, blue);
  const middle = (most + Math.min(red, green, blue)) / 2;
  if (most - middle < 16) return most < 128 ? "black" : "white";
  const bits = (red > middle ? 1 : 0) + (green > middle ? 2 : 0) + (blue > middle ? 4 : 0);
  return colours[bits];
}
