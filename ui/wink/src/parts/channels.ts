import type { IconName } from "../../../shared/icons";
import type { PromptChannel } from "../api/types";

export const channelIcons: Record<PromptChannel | "other", IconName> = {
  SMS: "message",
  EMAIL: "mail",
  VOICE: "call",
  APP: "phone",
  other: "chevron",
};

/** A newer server may know channels that this widget has no words for. */
export function knownChannel(channel: string | null): PromptChannel | "other" {
  return channel !== null && channel in channelIcons ? (channel as PromptChannel) : "other";
}
