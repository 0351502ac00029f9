// What a person does with a page, by what they can read on it: no ids, no addresses, no classes.

// Follows a link or presses a button by its visible words. Two that read alike are a fault, unless `first` is said.
export async function click(page, label, { first = false } = {}) {
  const words = asPattern(label);
  const found = page.getByRole('link', { name: words }).or(page.getByRole('button', { name: words })).filter({ visible: true });
  await (first ? found.first() : found).click();
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
