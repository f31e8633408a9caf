import { mkdtempSync, rmSync } from "node:fs";
import { cleanUpEmulation } from "../../pkg/emulation/index.ts";
import { startTestbed, type Testbed, type TestbedOptions, testbedPrefix } from "../support/testbed.ts";
import { afterwards } from "./afterwards.ts";

/** Emulated hosts with a server, which go when the benchmark is over, also where it ends before all of them are there. */
export async function openBed(options: TestbedOptions): Promise<Testbed> {
  const home = mkdtempSync(testbedPrefix);
  afterwards(() => rmSync(home, { recursive: true, force: true }));
  afterwards(() => cleanUpEmulation("test"));
  const bed = await startTestbed({ ...options, home });
  afterwards(() => bed.close());
  return bed;
}
