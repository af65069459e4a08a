/** Asks the server what it makes of the form as it stands, and shows the results beside the editor. */

export interface Problem {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface Trial {
  /** @returns the problems of the text, for the editor to mark; none when the server cannot be asked */
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
      const response = await fetch(form.dataset.live ?? "", { method: "POST", body }).catch(() => undefined);
      if (!response?.ok) return [];
      const answer = (await response.json()) as { problems: Problem[]; results: string };
      // An older answer must not overwrite a newer one.
      if (mine === newest && results) results.innerHTML = answer.results;
      return answer.problems;
    },
  };
}
