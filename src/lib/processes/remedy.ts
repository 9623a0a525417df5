/** What a person can copy into a terminal; nothing runs it. */
const COMMAND =
  /(sudo env "PATH=\$PATH" [\w./=~ -]*[\w/]|"[^"\n]{1,300}" -m pip install(?: [\w.-]*\w)+|jupyter server extension enable \w+)/;

/**
 * A sentence of the server or the kernel in parts: those at odd places are commands.
 */
export function remedyParts(sentence: string): string[] {
  return sentence.split(COMMAND);
}
