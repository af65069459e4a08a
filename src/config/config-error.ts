/** What is wrong with one environment variable, and what to set. Never holds a variable's value. */
export interface ConfigProblem {
  readonly variable: string;
  readonly message: string;
}

/** The environment cannot be used; its message lists everything that is wrong with it. */
export class ConfigError extends Error {
  readonly kind = "configuration";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ variable, message }) => `  ${variable}: ${message}`);
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`The environment has ${count}:\n${lines.join("\n")}\nEvery variable is explained in .env.example.`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}
