const browsers: readonly [RegExp, string][] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrom(e|ium)\//, "Chrome"],
  [/Safari\//, "Safari"],
  [/^(curl|Go-http-client|python|node)/i, "A program"],
];

const systems: readonly [RegExp, string][] = [
  [/iPhone/, "an iPhone"],
  [/iPad/, "an iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "a Mac"],
  [/CrOS/, "a Chromebook"],
  [/Linux/, "Linux"],
];

const first = (list: readonly [RegExp, string][], agent: string) =>
  list.find(([pattern]) => pattern.test(agent))?.[1];

/** A browser's own words about itself, as a person would say it. A guess, for recognising one's own devices. */
export function deviceName(agent: string): string {
  const browser = first(browsers, agent);
  const system = first(systems, agent);
  if (!browser) return "An unknown device";
  return system ? `${browser} on ${system}` : browser;
}

export const isPhone = (agent: string): boolean => /Mobi|iPhone|Android/.test(agent);
