import fc from "fast-check";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { yamlText } from "./yaml-text.ts";

it("writes what people write", () => {
  const value = {
    metadata: { name: "web", labels: {} },
    spec: {
      components: [{ name: "web", replicas: 3, software: ["a", "b"] }],
      phases: [],
      script: "set -e\nexec server --port=80\n",
      on: true,
      text: "true",
      size: "10",
    },
  };
  expect(yamlText(value)).toBe(`metadata:
  name: web
  labels: {}
spec:
  components:
    - name: web
      replicas: 3
      software:
        - a
        - b
  phases: []
  script: |
    set -e
    exec server --port=80
  "on": true
  text: "true"
  size: "10"
`);
});

it("is read back as the same value by a reader of YAML", () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  fc.assert(
    fc.property(value, (given) => {
      // JSON knows one zero.
      const json = JSON.parse(JSON.stringify(given)) as unknown;
      expect(parse(yamlText(json))).toEqual(json);
    }),
    { numRuns: 100 },
  );
  const texts = fc.stringMatching(/^[ -~\n\t]{0,40}$/);
  fc.assert(
    fc.property(texts, texts, (name, text) => {
      const object = { [name]: text, list: [text, [text]] };
      expect(parse(yamlText(object))).toEqual(object);
    }),
    { numRuns: 200 },
  );
});
