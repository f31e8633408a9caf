import { expect, it } from "vitest";
import { aBoundClaim, aComponent, aProcess } from "../../../../test/support/builders.ts";
import { type Application, kinds, mustDecode } from "../../../api/index.ts";
import { treeRows } from "./object-tree.ts";

const application: Application = mustDecode(kinds.Application, {
  apiVersion: "plush.dev/v1",
  kind: "Application",
  metadata: { name: "web", namespace: "default", uid: "app" },
  spec: { components: [{ name: "web" }] },
});

it("shows what belongs to what, as far as it is opened", () => {
  const component = aComponent("web-web", {});
  const claims = [10, 2].map((ordinal) => {
    const claim = aBoundClaim(`web-web-${ordinal}`, "m1");
    return { ...claim, spec: { ...claim.spec, componentName: "web-web", ordinal } };
  });
  const processes = claims.map((claim) => aProcess(`${claim.metadata.name}-main`, claim));
  const names = (isOpen: (uid: string, depth: number) => boolean): string[] =>
    treeRows(application, { components: [component], claims, phases: [], processes }, isOpen).map(
      ({ object, depth, isOpen: open }) =>
        `${" ".repeat(depth)}${object.metadata.name}${open === undefined ? "" : open ? "-" : "+"}`,
    );
  expect(names(() => true)).toEqual([
    "web-",
    " web-web-",
    "  web-web-2-",
    "   web-web-2-main",
    "  web-web-10-",
    "   web-web-10-main",
  ]);
  expect(names((_, depth) => depth < 2)).toEqual(["web-", " web-web-", "  web-web-2+", "  web-web-10+"]);
  expect(names(() => false)).toEqual(["web+"]);
});
