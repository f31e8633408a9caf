/** A terminal. */
export const terminalTexts = {
  label: (name: string) => `Terminal on ${name}`,
  connecting: "Connecting …",
  ended: (code: number) => `The shell has ended (exit code ${code}).`,
  again: "Open another one",
  samePlace: "The same by command",
} as const;
