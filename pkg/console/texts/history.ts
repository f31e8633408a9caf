/** The time slider. */
export const historyTexts = {
  open: "Look at the past",
  title: "Time",
  range: "How far back",
  ranges: { "15m": "15 min", "1h": "1 hour", "6h": "6 hours", "24h": "24 hours" },
  at: "Moment",
  play: "Play",
  pause: "Pause",
  speed: "Speed",
  speeds: (factor: number) => `${factor} ×`,
  toNow: "Back to now",
  past: (time: string) => `You see ${time}. What you do happens now.`,
  reading: "Reading history …",
  changes: (count: number, warnings: number) => `${count} events, ${warnings} of them warnings`,
  tooMuch: (plural: string) => `more happened to ${plural} in this time than can be shown: choose a shorter one`,
  onlySince: (time: string) => `The server knows what was since ${time}.`,
} as const;
