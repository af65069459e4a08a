/** Why Liquid cannot read an expression or a template, in words for an admin: what it says itself is for programmers. */

interface Reason {
  /** In Liquid's message, or in the text. */
  readonly says?: RegExp;
  readonly has?: RegExp;
  /** @param found what the first of the patterns caught */
  readonly words: (found: string) => string;
}

/** The first that fits counts. */
const REASONS: readonly Reason[] = [
  { has: /([“”„‘’])/, words: (sign) => `${sign} is a quote for print; type " or ' instead` },
  { says: /output "?\{\{.*not closed/s, words: () => "`{{` is opened and not closed; add `}}`" },
  {
    says: /tag "?\{%-?\s*(\w+).*not closed/s,
    words: (tag) => `\`{% ${tag} %}\` is begun and not ended; add \`{% end${tag} %}\``,
  },
  { has: /\{%-?\s*(else ?if)\b/, words: (tag) => `\`${tag}\` is written \`elsif\` in a template` },
  { says: /tag "end"? not found/, words: () => "`{% end %}` has to name what it ends: `{% endif %}`, `{% endfor %}`" },
  { says: /tag "?([\w-]+)"? not found/, words: (tag) => `the tag \`{% ${tag} %}\` cannot be used in a mapping` },
  { has: /(\|\||&&)/, words: (sign) => `\`${sign}\` is no operator here; \`a | default: b\` is b where a is blank` },
  { has: /\s(\?)\s.*:/s, words: () => "there is no `? :`; write {% if booking.is_event %}a{% else %}b{% endif %}" },
  {
    has: /\s([+&])\s/,
    words: (sign) => `\`${sign}\` joins nothing here; write "{{ client.first_name }} {{ client.last_name }}"`,
  },
  {
    has: /(?<!\{)\{\s*([a-z_.]+)\b[^{}]*\}(?!\})/,
    words: (path) => `a path in a text has two braces: \`{{ ${path} }}\``,
  },
  {
    has: /^[^\w"'(]{1,3}([a-z_.]+)\W*$/,
    words: (path) => `a path is written as it is, without signs around it: \`${path}\``,
  },
  {
    has: /^(\w+)\([a-z]/,
    words: (name) => `\`${name}(…)\` is no filter; one follows its value: \`booking.service_name | upcase\``,
  },
  {
    says: /expected ":" after filter name/,
    words: () => "after a filter's name come a colon and what it is given: `| truncate_to: 80`",
  },
  { says: /expected filter name/, words: () => "`|` needs the name of a filter after it" },
  {
    says: /unexpected character/,
    words: () =>
      'what a filter is given needs commas between its parts, and quotes around texts: `| join_filled: ", ", client.address2`',
  },
  {
    says: /expected "\|" before filter/,
    words: () =>
      'after a value comes nothing, or `|` and a filter; words around it need a template: `"Visit: {{ booking.service_name }}"`',
  },
];

/** What is wrong stands near the beginning, or cannot be told so. */
const LOOKED_AT = 1_000;

/** @returns undefined where nobody has met it yet */
export function unreadable(message: string, text: string): string | undefined {
  const [said, given] = [message.slice(0, LOOKED_AT), text.slice(0, LOOKED_AT)];
  for (const { says, has, words } of REASONS) {
    const found = says?.exec(said) ?? has?.exec(given);
    if (found) return words(found[1] ?? "");
  }
  return undefined;
}
