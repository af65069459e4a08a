/** Asks the server what it makes of the form as it stands, and shows the results beside the editor. */

export interface Problem {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface Trial {
  /** @returns the problems of the text, for the editor to mark; or, at the first line, why the server cannot be asked */
  run(text: string): Promise<readonly Problem[]>;
  /** Has the next run ask the CRM as well. */
  askCrm(): void;
}

export function createTrial(form: HTMLFormElement): Trial {
  const results = document.getElementById("results");
  let newest = 0;
  let asksCrm = false;

  return {
    askCrm() {
      asksCrm = true;
    },

    async run(text) {
      newest += 1;
      const mine = newest;
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") body.set(name, value);
      body.set("yaml", text);
      if (asksCrm) body.set("check", "crm");
      asksCrm = false;
      const answer = await ask(form.dataset.live ?? "", body);
      // An older answer must not overwrite a newer one.
      if (mine === newest && results) show(results, answer);
      return typeof answer === "string" ? [{ line: 1, column: 1, message: answer }] : answer.problems;
    },
  };
}

interface Answer {
  readonly problems: readonly Problem[];
  readonly results: string;
}

/** @returns what the server makes of it, or a sentence on why it cannot be asked: no mark would say that all is well */
async function ask(address: string, body: URLSearchParams): Promise<Answer | string> {
  const response = await fetch(address, { method: "POST", body }).catch(() => undefined);
  if (response === undefined || response.status >= 500) {
    return "This text could not be tried: the service does not answer. It is tried again when you type.";
  }
  const isAnswer = response.ok && response.headers.get("content-type")?.includes("json") === true;
  if (isAnswer) return (await response.json()) as Answer;
  return "This text could not be tried: you are signed out, or the file is not in force any more. Copy the text, then load the page again.";
}

function show(results: HTMLElement, answer: Answer | string): void {
  if (typeof answer !== "string") {
    results.innerHTML = answer.results;
    return;
  }
  const said = document.createElement("p");
  said.className = "bad";
  said.textContent = answer;
  results.replaceChildren(said);
}
