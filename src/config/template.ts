/** `${NAME}` is replaced, `$${NAME}` stands for a literal `${NAME}`; lower-case names are left alone. */
const PATTERN = /\$(\$?)\{([A-Z_][A-Z0-9_]*)\}/g;

/** A text of the config that names variables: as written, and as it reads with their values. */
export class Template {
  readonly raw: string;
  readonly text: string;

  constructor(raw: string, text: string) {
    this.raw = raw;
    this.text = text;
  }
}

export type Text = string | Template;

export function textOf(text: Text): string {
  return typeof text === 'string' ? text : text.text;
}

/** The variables that a text names, in its order; escaped ones are none. */
export function variablesOf(raw: string): string[] {
  const names: string[] = [];
  fill(raw, (name) => {
    names.push(name);
    return '';
  });
  return names;
}

/** The text with every variable replaced by what `value` gives. */
export function fill(raw: string, value: (name: string) => string): string {
  if (!raw.includes('${')) return raw;
  return raw.replace(PATTERN, (_, dollar: string, name: string) =>
    dollar === '' ? value(name) : `\${${name}}`,
  );
}

/** A variable that is unset, empty or only white space counts as missing. */
export function isMissing(value: string | undefined): value is undefined {
  return value === undefined || value.trim() === '';
}
