import { cleanUpEmulation } from "../../pkg/emulation/index.ts";
import { startTestbed, type Testbed, type TestbedOptions } from "../support/testbed.ts";
import { afterwards } from "./afterwards.ts";

/** Emulated hosts with a server, which go when the benchmark is over, also where it ends before all of them are there. */
export async function openBed(options: TestbedOptions): Promise<Testbed> {
  afterwards(() => cleanUpEmulation("test"));
  const bed = await startTestbed(options);
  afterwards(() => bed.close());
  return bed;
}
