import type { ApiError, TroubleKind } from "../api/errors";
import { t } from "../strings";

type Shown = Exclude<TroubleKind, "expired">;

/** An expired session has a screen of its own; should it ever get here, it reads as a failed request. */
export function troubleText({ kind, retryAfterS }: Pick<ApiError, "kind" | "retryAfterS">): {
  title: string;
  text: string;
} {
  const shown: Shown = kind === "expired" ? "refused" : kind;
  const text =
    shown === "busy" && retryAfterS
      ? t("trouble.busy.wait", { seconds: Math.ceil(retryAfterS) })
      : t(`trouble.${shown}.text`);
  return { title: t(`trouble.${shown}.title`), text };
}
