export const loginTexts = {
  title: "Sign in to Plush",
  label: "Token, or a whole kubeconfig",
  placeholder: "Paste it here",
  enter: "Sign in",
  entering: "Signing in …",
  kept: "It is kept in this tab alone: closing the tab signs you out.",
  what: "What is a token?",
  whatText:
    "A long text that stands for you, as a password would. Who runs this server makes one for you by this command, with the role that you need (view, edit, admin); paste what it prints.",
  commandName: "NAME",
  elsewhere: "If the command plush works on your computer already, this opens the console without a token:",
  expired: "The server does not accept your token any more: it has expired, or was deleted. Sign in with another one.",
  refused: "The server does not know this token: it may have been cut off, have expired, or be of another server.",
  problems: {
    empty: "Paste a token first.",
    text: "This is neither a token nor a kubeconfig: a token is one long word.",
    certificate:
      "This kubeconfig has a certificate in place of a token, which a page cannot show. Have a token made for you, or use plush ui.",
    program: "This kubeconfig has a program make its credentials, which a page cannot run. Use plush ui.",
    file: "This kubeconfig names a file with the token: paste what is in that file.",
    nobody: "The user of this kubeconfig's current context has no token.",
  },
  proxyRefused: "You are not let in",
  proxyExpired:
    "The server does not accept your kubeconfig's credentials. They may have expired, or belong to another server. Renew them and load this page again; where that does not help, end plush ui and start it anew.",
  proxyStranger: "plush ui was started anew, and does not know this browser: open the link that it prints.",
  reload: "Load again",
} as const;
