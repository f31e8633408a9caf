import type { Section } from "../row.ts";

export const machines: Section = {
  title: "Machines and processes",
  rows: [{ run: "kubectl get proc -l plush.dev/application=web", prints: /^web-serve-server-servers-0 +Ready/m }],
};
