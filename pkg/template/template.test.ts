import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkTemplate } from "./check.ts";
import { renderTemplate, type TemplateData } from "./render.ts";

const one = { resource: "m", epoch: 1, ready: true };
const data: TemplateData = {
  ordinal: 1,
  address: "10.0.0.2",
  env: { NAME: "x", constructor: "own" },
  members: [
    { ...one, ordinal: 0, address: "10.0.0.1", ports: { web: 80 } },
    { ...one, ordinal: 1, address: "10.0.0.2", ports: { web: 81 }, ready: false, site: "sjc" },
  ],
  components: { servers: [{ ...one, ordinal: 0, address: "10.0.1.1", ports: {} }] },
};

describe("templates", () => {
  it.each([
    ["plain { text }}", "plain { text }}"],
    ["{{ .ordinal }} {{.address}} {{ .env.NAME }}", "1 10.0.0.2 x"],
    [
      "{{ range .members }}{{ .address }}:{{ .ports.web }} of {{ $.ordinal }};{{ end }}",
      "10.0.0.1:80 of 1;10.0.0.2:81 of 1;",
    ],
    ["{{ range .components.servers }}{{ .address }}{{ end }}{{ range .components.none }}x{{ end }}", "10.0.1.1"],
    ["{{ range .members }}{{ if .ready }}+{{ else }}-{{ end }}{{ if not .site }}?{{ end }}{{ end }}", "+?-"],
    ["a\n  {{- /* nothing */ -}}\n b {{ range .members -}}\n  {{ .ordinal }}\n{{- end }}", "ab 01"],
    ["{{ .env.toString }}{{ .env.constructor }}", "own"],
    ["{{ if .ordinal }}first{{ end }}{{ if .components.none }}x{{ end }}", "first"],
  ])("B-FIL-8: %j is rendered from members and variables", (source, text) => {
    expect(checkTemplate(source)).toEqual([]);
    expect(renderTemplate(source, data)).toBe(text);
  });

  it.each([
    ["a\n b {{ .adress }}", 2, 4, "unknown name .adress: there are .ordinal, .address, .env, .members, .components"],
    ["{{ .ports.web }}", 1, 1, "unknown name .ports"],
    ["{{ range .members }}{{ .env.NAME }}{{ end }}", 1, 21, "unknown name .env"],
    [
      "{{ range .components.workers }}{{ end }}",
      1,
      1,
      "unknown name .components.workers: no such component (there are servers)",
    ],
    ["{{ .env.OTHER }}", 1, 1, "unknown name .env.OTHER: no such variable (there are NAME)"],
    ["{{ .members }}", 1, 1, ".members is no single value"],
    ["{{ range .address }}{{ end }}", 1, 1, ".address is no list"],
    ["{{ .members.address }}", 1, 1, "a list has no names"],
    ["x\n{{ if .ordinal }}", 2, 1, "if has no {{ end }}"],
    ["{{ end }}", 1, 1, "end closes nothing"],
    ["{{ .address", 1, 1, "{{ has no }}"],
    ["{{ printf .address }}", 1, 1, "cannot read {{ printf .address }}"],
    ["{{ range .members }}{{ else }}{{ end }}", 1, 21, "else belongs to no {{ if }}"],
    ["{{ }}", 1, 1, "cannot read"],
    ["{{ .__proto__ }}", 1, 1, "unknown name .__proto__"],
    ["{{ if .ordinal }}".repeat(30), 1, 341, "nested deeper than 20"],
  ])("B-FIL-9: %j is refused with line and column", (source, line, column, message) => {
    const [fault] = checkTemplate(source, { components: ["servers"], variables: ["NAME"] });
    expect(fault?.at).toEqual({ line, column });
    expect(fault?.message).toContain(message);
  });

  it("knows the variables that every process has", () => {
    expect(checkTemplate("{{ .env.PLUSH_RESOURCE }}{{ .env.PATH }}", { variables: [] })).toEqual([]);
  });

  const piece = fc.oneof(
    fc.constantFrom(
      "{{ .ordinal }}",
      "{{ range .members }}",
      "{{ range .components.a }}",
      "{{ if .ready }}",
      "{{ end }}",
    ),
    fc.constantFrom("{{ else }}", "{{-", "-}}", "{{", "}}", "{{ .env.A }}", "{{/* c */}}", "{{ if not $.address }}"),
    fc.string(),
  );

  it("gives faults or text, whatever it is given, and the same each time", () => {
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join("")),
        (source) => {
          if (checkTemplate(source).length > 0) return;
          expect(renderTemplate(source, data)).toBe(renderTemplate(source, data));
        },
      ),
    );
  });

  it("leaves text without braces as it is", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes("{{"));
        expect(renderTemplate(text, data)).toBe(text);
      }),
    );
  });

  it("ends where nested ranges would grow without end", () => {
    const nested = `${"{{ range $.members }}".repeat(20)}x${"{{ end }}".repeat(20)}`;
    expect(() => renderTemplate(nested, data, 1000)).toThrow("longer than 1000 characters");
    expect(() => renderTemplate("{{ range $.members }}".repeat(20) + "{{ end }}".repeat(20), data, 1000)).toThrow(
      "longer",
    );
  });
});
