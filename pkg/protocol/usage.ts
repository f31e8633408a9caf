/** What is in use: of processors in thousandths of a core over a window, of memory now. */
export interface Usage {
  readonly cpuMillis: number;
  readonly memoryBytes: number;
}

export interface ProcessUsage extends Usage {
  /** Of the Process. */
  readonly uid: string;
}

/** Live usage of a machine, measured when it is asked for. */
export interface UsageReport {
  /** End of the window, RFC 3339. */
  readonly at: string;
  readonly windowMs: number;
  /** Absent where the machine does not tell. */
  readonly machine?: Usage;
  /** Those that run. */
  readonly processes: readonly ProcessUsage[];
}
