/** What the shared parts say by themselves. */
export const uiTexts = {
  close: "Close",
  cancel: "Cancel",
  copy: "Copy",
  copied: "Copied",
  sameByCommand: "The same by command",
  whatHappens: "What will happen",
  happensNow: "You are looking at the past: this happens now.",
  looking: "Asking the server …",
  ago: (text: string) => `${text} ago`,
  failed: "That did not work",
} as const;
