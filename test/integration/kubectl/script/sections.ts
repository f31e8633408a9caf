import type { Section } from "./row.ts";
import { aboutTheServer, onItsOwn } from "./rows/about-the-server.ts";
import { access } from "./rows/access.ts";
import { applying } from "./rows/applying.ts";
import { changing } from "./rows/changing.ts";
import { creating } from "./rows/creating.ts";
import { deleting } from "./rows/deleting.ts";
import { describing } from "./rows/describing.ts";
import { following } from "./rows/following.ts";
import { machines, maintenance } from "./rows/machines.ts";
import { processes } from "./rows/processes.ts";
import { reading } from "./rows/reading.ts";
import { refused } from "./rows/refused.ts";
import { waiting } from "./rows/waiting.ts";

const inOrder: readonly Section[] = [
  onItsOwn,
  aboutTheServer,
  creating,
  applying,
  reading,
  describing,
  following,
  changing,
  waiting,
  machines,
  processes,
  maintenance,
  refused,
  access,
  deleting,
];

/** In the order in which they run: later rows build on what earlier ones left. */
export const sections: readonly Section[] = inOrder.map((section) => {
  const { reads } = section;
  return reads === undefined ? section : { ...section, rows: section.rows.map((row) => ({ reads, ...row })) };
});
