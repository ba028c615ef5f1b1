import { inspect } from 'node:util';

const MASK = '[secret]';

/**
 * A credential's secret text. It masks itself wherever it could leak by accident: string
 * conversion, JSON, `console.log`, template literals, error messages. The only way to the text is
 * `reveal()`, which a review can search for.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  /** Empty or only white space: the gateway treats such a secret as absent. */
  get blank(): boolean {
    return this.#text.trim() === '';
  }

  equals(other: Secret | undefined): boolean {
    return other !== undefined && other.#text === this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
