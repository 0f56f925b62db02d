// Plain bar charts. What they show stands in a table under them, for everybody who does not see them.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 720;
const HEIGHT = 160;
const BASE = 140;
const TOP = 14;

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {string} [text]
 */
function shape(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

/**
 * Bars of one or more series, beside each other at each place.
 * @param {string} title what it shows, in a sentence
 * @param {string[]} places
 * @param {{name: string, values: number[]}[]} series at most three
 */
export function bars(title, places, series) {
  const most = Math.max(1, ...series.flatMap(({ values }) => values));
  const chart = shape("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title });
  const step = WIDTH / Math.max(1, places.length);
  const width = Math.max(1, (step * 0.8) / Math.max(1, series.length));
  chart.append(shape("line", { x1: 0, x2: WIDTH, y1: BASE, y2: BASE, class: "axis" }));
  chart.append(shape("text", { x: 0, y: TOP - 3 }, String(most)));
  places.forEach((place, at) => {
    series.forEach(({ name, values }, number) => {
      const value = values[at] ?? 0;
      const height = (value / most) * (BASE - TOP);
      const x = at * step + step * 0.1 + number * width;
      const bar = shape("rect", { x, y: BASE - height, width: width * 0.92, height, class: `series-${number}` });
      bar.append(shape("title", {}, `${place}, ${name}: ${value}`));
      chart.append(bar);
    });
    if (at % Math.ceil(places.length / 12) === 0) {
      chart.append(shape("text", { x: at * step + step * 0.1, y: HEIGHT - 5 }, place));
    }
  });
  return chart;
}
