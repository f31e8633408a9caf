import { type Family, parseExposition } from "../../pkg/metrics/index.ts";

const head = `# Metrics of the server

What \`/metrics\` shows, in Prometheus' text format and in OpenMetrics. Counters begin at zero with the server's start, and every series
whose labels are known then is there from the start. Labels take values from closed lists, and names of pools; never those of other
objects. [Metrics](../metrics.md) tells of applications' own, [Monitoring](../monitoring.md) of what to look at.
`;

const parts: readonly (readonly [title: string, prefix: RegExp])[] = [
  [
    "Applications, members and machines",
    /^plush_(application|claim|process|resource|pool|replacement|recovery|quarantine|barrier|hook)/,
  ],
  ["Links to machines, documents and packages", /^plush_(machines|link|agent|document|package)/],
  ["API", /^plush_(api|audit)/],
  ["Controllers", /^plush_(reconcile|workqueue|informer|event|sink|gitsync)/],
  ["Store", /^plush_(store|scheduled_backups|last_backup)/],
  ["Process of the server", /./],
];

/** The reference of a server's metrics, made of what one shows. */
export function metricsPage(exposition: string): string {
  const left = new Set(parseExposition(exposition));
  const tables = parts.map(([title, prefix]) => {
    const own = [...left].filter(({ name }) => prefix.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const family of own) left.delete(family);
    return `\n## ${title}\n\n| metric | type | labels | meaning |\n|---|---|---|---|\n${own.map(row).join("")}`;
  });
  return `${head}${tables.join("")}`;
}

function row({ name, type, help, samples }: Family): string {
  const labels = new Set(samples.flatMap((sample) => sample.labels.map(([label]) => label)));
  labels.delete("le");
  return `| \`${name}\` | ${type} | ${[...labels].sort().join(", ")} | ${help} |\n`;
}
