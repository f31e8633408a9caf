import { expect, it } from "vitest";
import { formatAge } from "./age.ts";
import { alignColumns } from "./columns.ts";
import { columnCells, parseColumns } from "./custom-columns.ts";
import { progressBar } from "./progress-bar.ts";
import { decodeTable, sortRows, type TableLook, tableCells } from "./server-table.ts";

const look: TableLook = {
  wide: false,
  headers: true,
  namespaces: false,
  namePrefix: "",
  showLabels: false,
  labelColumns: [],
};

const table = {
  kind: "Table",
  metadata: { resourceVersion: "7" },
  columnDefinitions: [
    { name: "Name", type: "string", format: "name", priority: 0 },
    { name: "Replicas", type: "integer", priority: 0 },
    { name: "Reason", type: "string", priority: 1 },
  ],
  rows: [
    {
      cells: ["web", 12, "Ready"],
      object: { metadata: { name: "web", namespace: "team", labels: { tier: "front", app: "w" } }, spec: { n: 12 } },
    },
    { cells: ["database", null, ""], object: { metadata: { name: "database", namespace: "team" }, spec: { n: 2 } } },
  ],
};

function print(overrides: Partial<TableLook>): string {
  return alignColumns(tableCells(decodeTable(table, 0), { ...look, ...overrides }));
}

it("prints the server's table as kubectl does", () => {
  expect(print({})).toBe("NAME       REPLICAS\nweb        12\ndatabase\n");
  expect(print({ wide: true, headers: false })).toBe("web        12   Ready\ndatabase\n");
  expect(print({ namespaces: true, namePrefix: "app/", showLabels: true, labelColumns: ["tier"] })).toBe(
    [
      "NAMESPACE   NAME           REPLICAS   TIER    LABELS",
      "team        app/web        12         front   app=w,tier=front",
      "team        app/database                      <none>",
      "",
    ].join("\n"),
  );
});

it("sorts rows by what their objects hold, numbers as numbers", () => {
  const { rows } = decodeTable(table, 0);
  expect(sortRows(rows, ".spec.n").map(({ cells }) => cells[0])).toEqual(["database", "web"]);
});

it("makes a table of a plain list", () => {
  const list = {
    kind: "SecretList",
    metadata: {},
    items: [{ metadata: { name: "s", creationTimestamp: "1970-01-01T00:00:00Z" } }],
  };
  expect(alignColumns(tableCells(decodeTable(list, 90_000), look))).toBe("NAME   AGE\ns      90s\n");
});

it("prints custom columns", () => {
  const columns = parseColumns("NAME:.metadata.name,N:spec.n,L:.metadata.labels['a','b']");
  const objects = table.rows.map(({ object }) => object);
  expect(alignColumns(columnCells(columns, objects, true))).toBe(
    "NAME       N    L\nweb        12   <none>\ndatabase   2    <none>\n",
  );
  expect(() => parseColumns("NAME")).toThrow("not NAME:PATH");
});

it.each([
  [5_000, "5s"],
  [119_000, "119s"],
  [200_000, "3m20s"],
  [3_600_000, "60m"],
  [5 * 3_600_000 + 60_000, "5h1m"],
  [50 * 3_600_000, "2d2h"],
  [30 * 86_400_000, "30d"],
  [800 * 86_400_000, "2y70d"],
])("says that %d ms are %s", (milliseconds, text) => {
  expect(formatAge(milliseconds)).toBe(text);
});

it("draws a bar", () => {
  expect(progressBar(512, 1024, 10)).toBe("[=====>    ]  50%  512 B / 1.0 KiB");
  expect(progressBar(0, 0, 4)).toBe("[====] 100%  0 B / 0 B");
});
