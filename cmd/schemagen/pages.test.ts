import { expect, test } from "vitest";
import { loadModel } from "./model.ts";
import { loadPages, pageFaults } from "./pages.ts";

const model = await loadModel("schemas");
const pages = await loadPages("schemas");

test("every kind has a page that says what it is for, with an example, what happens, and commands", () => {
  expect(pageFaults(pages, model)).toEqual([]);
});

test.each([
  ["without a page", undefined, "is missing"],
  [
    "whose page has no example of it",
    "For meetings.\n\n## What happens\n\n## Commands\n\n```sh\n```",
    "lacks an Example",
  ],
  ["whose page has no commands", pages.get("barrier")?.split("## Commands")[0], "lacks the section Commands"],
])("a kind %s is told of", (_, text, fault) => {
  const { barrier: _left, ...others } = Object.fromEntries(pages);
  const changed = new Map(Object.entries({ ...others, ...(text !== undefined && { barrier: text }) }));
  expect(pageFaults(changed, model)).toEqual([expect.stringMatching(`^schemas/barrier.md ${fault}`)]);
});

test("a page whose kind does not exist is told of", () => {
  expect(pageFaults(new Map([...pages, ["unicorn", "A horse."]]), model)).toEqual([
    "schemas/unicorn.md: there is no kind of this name",
  ]);
});
