import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Metrics } from "../metrics/index.ts";

/** How this process itself does: memory, CPU, and how late its event loop is. Returns what stops the measuring. */
export function measureProcess(metrics: Metrics): () => void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const nanoseconds = 1e9;
  metrics.gauge({
    name: "plush_event_loop_lag_seconds",
    help: "99th percentile of the event loop's delay since the last scrape.",
    collect: (gauge) => {
      gauge.set(delay.percentile(99) / nanoseconds);
      delay.reset();
    },
  });
  metrics.gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory size in bytes.",
    collect: (gauge) => gauge.set(process.memoryUsage.rss()),
  });
  metrics.gauge({
    name: "process_cpu_seconds_total",
    help: "User and system CPU time spent, in seconds.",
    collect: (gauge) => {
      const { user, system } = process.cpuUsage();
      gauge.set((user + system) / 1e6);
    },
  });
  return () => delay.disable();
}
