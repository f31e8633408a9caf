import type { ButtonHTMLAttributes } from "react";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** Default "plain". */
  readonly look?: "primary" | "plain" | "danger" | "quiet";
}

export function Button({ look = "plain", type = "button", className = "", ...rest }: ButtonProps) {
  return <button {...rest} type={type} className={`button button-${look} ${className}`} />;
}
