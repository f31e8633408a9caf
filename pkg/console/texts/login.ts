export const loginTexts = {
  title: "Plush",
  token: "Token",
  enter: "Sign in",
} as const;
