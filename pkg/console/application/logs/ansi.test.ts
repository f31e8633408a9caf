import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ansiSpans, plainText } from "./ansi.ts";

const esc = "\u001b";
const shown = (line: string): string =>
  ansiSpans(line)
    .map(
      ({ text, ...style }) =>
        `${Object.entries(style)
          .map(([name, value]) => (value === true ? name : value))
          .join("+")}(${text})`,
    )
    .join("");

describe("ansiSpans", () => {
  it.each([
    ["plain", "(plain)"],
    [`${esc}[31mred${esc}[0m not`, "red(red)( not)"],
    [`${esc}[1;32mok${esc}[22m ok${esc}[39m.`, "isBold+green(ok)green( ok)(.)"],
    [`${esc}[91mbright${esc}[m`, "red(bright)"],
    [`${esc}[38;5;196mhot${esc}[38;2;0;0;255mcold`, "red(hot)blue(cold)"],
    [`${esc}[38;5;250mgrey`, "white(grey)"],
    [`${esc}[44mon blue`, "(on blue)"],
    [`a${esc}[2K${esc}[1Ab`, "(a)(b)"],
    [`${esc}]0;title\u0007text${esc}(B`, "(text)"],
    [`half ${esc}[3`, "(half )"],
    ["bell\u0007\u0000end", "(bell)(end)"],
    ["<b>not markup</b>", "(<b>not markup</b>)"],
  ])("%j", (line, wanted) => {
    expect(shown(line)).toBe(wanted);
  });

  it("shows the text and nothing else, whatever the codes", () => {
    const piece = fc.constantFrom("a", "[", "m", ";", "31", `${esc}`, `${esc}[`, `${esc}]`, "\u0007", "ä", "\t");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const line = pieces.join("");
        const text = ansiSpans(line)
          .map((span) => span.text)
          .join("");
        expect(text).toBe(plainText(line));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them is left
        expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
      }),
    );
  });
});
