import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { DocStory, pagesWithCommands } from "../support/doc-story.ts";
import { pageStories } from "../support/doc-story-table.ts";
import { useLocalPool } from "../support/local-pool.ts";
import { startTestServer } from "../support/test-api.ts";

const root = resolve(import.meta.dirname, "../..");
const only = process.env["DOC_PAGE"];
const stories = Object.entries(pageStories).filter(([page]) => only === undefined || page.includes(only));

/** Commands of the documentation, page by page, as their reader would run them one after the other. */

it("every page with commands is run, or says why not", () => {
  const pages = readdirSync(join(root, "docs"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  expect(Object.keys(pageStories).sort()).toEqual(pagesWithCommands(["README.md", ...pages]).toSorted());
});

it.each(stories.filter(([, { on }]) => on === "objects"))("%s: objects", async (page, story) => {
  const test = await startTestServer();
  const home = mkdtempSync(join(tmpdir(), "plush-docs-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const kubeconfig = join(home, "kubeconfig");
  writeFileSync(kubeconfig, test.kubeconfig);
  expect(await new DocStory(page, story, { home, kubeconfig }).run()).toEqual([]);
});

describe("on machines", () => {
  const { home, server } = useLocalPool("docs", 10, undefined, "lab");
  // Pages make pools of their own; their applications name none.
  beforeAll(() => server.plush("annotate", "pool", "lab", "plush.dev/is-default-pool=true"));

  it.each(stories.filter(([, { on }]) => on === "machines"))("%s: machines", async (page, story) => {
    const place = { home: mkdtempSync(join(home, "reader-")), kubeconfig: server.kubeconfig };
    expect(await new DocStory(page, story, place).run()).toEqual([]);
  });
});
