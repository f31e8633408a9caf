export const connectionTexts = {
  away: (since: string) => `The server does not answer since ${since}. What you see is as it was then.`,
  next: (seconds: number) => `Next try in ${seconds} s.`,
  trying: "Trying now …",
  tryNow: "Try now",
} as const;
