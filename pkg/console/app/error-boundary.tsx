import { Component, type ReactNode } from "react";
import { ErrorNote } from "../ui/error-note.tsx";

/** A page that fails leaves the rest of the console as it is. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly error?: unknown }> {
  override state: { readonly error?: unknown } = {};

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === undefined ? this.props.children : <ErrorNote error={this.state.error} />;
  }
}
