/** A part of a description: a value on the line of its title, or lines below it. */
export interface Section {
  readonly title: string;
  readonly value?: string;
  readonly lines?: readonly string[];
}

/** Values line up; lines are indented. Sections that say nothing are left out. */
export function renderSections(sections: readonly (Section | undefined)[]): string {
  const shown = sections.filter((section): section is Section => section !== undefined && saysSomething(section));
  const width = Math.max(...shown.filter(({ value }) => value !== undefined).map(({ title }) => title.length), 0) + 3;
  return shown.map((section) => render(section, width)).join("");
}

function saysSomething({ value, lines }: Section): boolean {
  return (value !== undefined && value !== "") || (lines !== undefined && lines.length > 0);
}

function render({ title, value, lines }: Section, width: number): string {
  if (lines === undefined) return `${`${title}:`.padEnd(width)}${indentRest(value ?? "", width)}\n`;
  return `${title}:\n${lines.map((line) => `  ${line}`.trimEnd()).join("\n")}\n`;
}

/** Text of several lines stays in its column. */
function indentRest(text: string, width: number): string {
  return text.split("\n").join(`\n${" ".repeat(width)}`);
}
