/** What is said at one moment, whatever it is said by. Without personal data and secrets. */

export interface Notice {
  /** Without a full stop. */
  readonly title: string;
  readonly detail?: string;
  /** To the dashboard's page about it: a URL, or its path where nobody said what the dashboard's address is. */
  readonly link?: string;
}

export interface Message {
  readonly notices: readonly Notice[];
}

/** One paragraph for each, for whatever takes text. */
export function inText({ notices }: Message): string {
  return notices.map((notice) => [notice.title, ...below(notice)].join("\n")).join("\n\n");
}

/** What is said under the title. */
function below({ detail, link }: Notice): string[] {
  return [detail, link].filter((line) => line !== undefined);
}

/** @param dashboardUrl undefined where nobody said it */
export function linkTo(dashboardUrl: string | undefined, path: string): string {
  return dashboardUrl === undefined ? `See ${path} of the dashboard` : `${dashboardUrl}${path}`;
}

/** In a line: the first of them, and how many there are besides. */
export function inBrief({ notices: [first, ...rest] }: Message): string {
  const title = (first?.title ?? "").replace(/\s+/g, " ");
  return rest.length === 0 ? title : `${title}, and ${rest.length} more`;
}
