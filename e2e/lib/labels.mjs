// What a person does with a page, by what they can read on it: no ids, no addresses, no classes.

// Brings something into view. A frame of another origin moves with the page, and until it is drawn where it came to, the browser
// sends a press to where it was; a picture of the page is there once it is drawn. Nobody presses that soon.
async function bringIntoView(found) {
  await found.scrollIntoViewIfNeeded();
  const page = found.page();
  if (page.frames().length > 1) await page.screenshot({ clip: { x: 0, y: 0, width: 1, height: 1 } });
}

// Follows a link or presses a button by its visible words. Two that read alike are a fault, unless `first` is said.
export async function click(page, label, { first = false } = {}) {
  const words = asPattern(label);
  const found = page.getByRole('link', { name: words }).or(page.getByRole('button', { name: words })).filter({ visible: true });
  const one = first ? found.first() : found;
  await bringIntoView(one);
  await one.click();
}

// The main menu is folded away on a phone. Which of the two is seen is known once the style sheet is there.
export async function fromMenu(page, label) {
  await page.waitForLoadState('load');
  const folded = page.locator('summary').filter({ hasText: 'Menu', visible: true });
  if ((await folded.count()) > 0) await folded.first().click();
  await page.getByRole('banner').getByRole('navigation').getByRole('link', { name: label, exact: true }).filter({ visible: true }).click();
}

export const fill = (page, label, value) => field(page, label).fill(value);
export const upload = (page, label, path) => field(page, label).setInputFiles(path);
export const select = (page, label, choice) => field(page, label).selectOption({ label: choice });
export const tick = (page, label) => field(page, label).check();

// One answer of a group, such as "Dieta" / "Nessuna".
export function choose(page, group, answer) {
  return page.getByRole('group', { name: asPattern(group) }).getByLabel(asPattern(answer)).check();
}

// A date is three fields in one group.
export async function fillDate(page, group, [day, month, year]) {
  const fields = page.getByRole('group', { name: asPattern(group) });
  for (const [label, value] of [['Giorno', day], ['Mese', month], ['Anno', year]]) await fields.getByLabel(label).fill(String(value));
}

// Answers a question in the way that its value asks for: `true` ticks, numbers are a date, a list ticks each of a group, a
// file is sent, words are typed or chosen.
export async function answer(page, label, value) {
  if (value === true) return tick(page, label);
  if (value.buffer) return upload(page, label, value);
  if (typeof value[0] === 'number') return fillDate(page, label, value);
  if (Array.isArray(value)) {
    for (const one of value) await choose(page, label, one);
    return undefined;
  }
  if (await isGroup(page, label)) return choose(page, label, value);
  return (await isList(page, label)) ? select(page, label, value) : fill(page, label, value);
}

// What a question holds, in the shape in which it was answered; a file is its name.
export async function answered(page, label, value) {
  const group = page.getByRole('group', { name: asPattern(label) });
  if (value === true) return field(page, label).isChecked();
  if (value.buffer) return (await page.getByText(value.name).count()) > 0 ? value : undefined;
  if (typeof value[0] === 'number') {
    return Promise.all(['Giorno', 'Mese', 'Anno'].map(async (part) => Number(await group.getByLabel(part).inputValue())));
  }
  const chosen = async (one) => ((await group.getByLabel(asPattern(one)).isChecked()) ? one : undefined);
  if (Array.isArray(value)) return Promise.all(value.map(chosen));
  if (await isGroup(page, label)) return chosen(value);
  if (await isList(page, label)) return field(page, label).evaluate((list) => list.selectedOptions[0]?.text.trim());
  return field(page, label).inputValue();
}

const isGroup = async (page, label) => (await page.getByRole('group', { name: asPattern(label) }).count()) > 0;
const isList = (page, label) => field(page, label).evaluate((control) => control.tagName === 'SELECT');

export function heading(page) {
  return page.getByRole('heading', { level: 1 }).innerText();
}

function field(page, label) {
  return page.getByLabel(asPattern(label)).filter({ visible: true });
}

// Words from the beginning of a label, so that "(facoltativo)" and hints may follow.
function asPattern(label) {
  return label instanceof RegExp ? label : new RegExp(`^\\s*${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`, 'i');
}
