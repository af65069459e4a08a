/** What `crm-sync mapping schema` prints. */
import { formatProblem } from "../mapping/problems.ts";
import { issueDetail, issueTitle, type SchemaIssue } from "../mapping/schema-issue.ts";

export function inText({ crm, issues }: { readonly crm: string; readonly issues: readonly SchemaIssue[] }): string {
  if (issues.length === 0) return `${crm}: nothing changed that the mappings rely on.`;
  return [`${crm}:`, ...issues.flatMap(linesOf)].join("\n");
}

function linesOf(issue: SchemaIssue): string[] {
  if (issue.kind === "misfit") return issue.places.map((place) => formatProblem({ ...place, message: issue.message }));
  const message = `${issueTitle(issue)}: ${issueDetail(issue)}`;
  return [
    ...issue.places.map((place) => formatProblem({ ...place, message })),
    ...issue.next.map((one) => `    Next: ${one}`),
  ];
}
