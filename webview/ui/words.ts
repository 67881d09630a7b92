let translations: ReadonlyMap<string, string> = new Map();

/** Texts of the page by their English ones, as the extension's language bundle has them. */
export function useTranslation(entries: readonly { readonly from: string; readonly to: string }[]): void {
  translations = new Map(entries.map(({ from, to }) => [from, to]));
}

/**
 * A text that daemon/token has about claims and codes, in the language of the editor; translators get those from there.
 */
export function translateKnown(english: string): string {
  return translations.get(english) ?? english;
}

/** A text of the page in the language of the editor; `{0}`, `{1}` stand for the values. */
export function t(english: string, ...values: readonly (string | number)[]): string {
  const sentence = translations.get(english) ?? english;
  return sentence.replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)] ?? ''));
}
