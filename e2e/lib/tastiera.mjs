// A person without a mouse: Tab, Space, Enter, arrows, and the keys of letters. Every stop must show where one is.
import assert from 'node:assert/strict';

// More stops than any page has.
const STOPS_MAX = 150;

// As wide as the design asks.
const RING_PX = 3;

// Moves the focus forwards to what is called `label`.
export async function reach(page, label) {
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate(focused, RING_PX);
    if (here === null) continue;
    assert.ok(here.shown, `the focus cannot be seen on "${here.name}"`);
    assert.ok(!here.covered, `"${here.name}" has the focus and is covered`);
    if (label.test(here.name)) return;
  }
  assert.fail(`${label} cannot be reached by Tab`);
}

// What has the focus: its name, whether the browser shows that, and whether something lies over it.
function focused(least) {
  const element = document.activeElement;
  if (element === null || element === document.body) return null;
  const labels = Array.from(element.labels ?? [], (label) => label.textContent);
  const legend = element.closest('fieldset')?.querySelector('legend')?.textContent ?? '';
  const name = `${labels.join(' ') || element.getAttribute('aria-label') || element.textContent} | ${legend}`.replace(/\s+/g, ' ').trim();
  // The ring may stand on the label of a control that is drawn by it.
  const ringed = [element, ...(element.labels ?? [])].some((part) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(part);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= least;
  });
  const { left, top, width, height } = element.getBoundingClientRect();
  const over = document.elementFromPoint(left + width / 2, top + height / 2);
  const seen = over === null || element.contains(over) || over.contains(element) || Array.from(element.labels ?? []).some((part) => part.contains(over));
  return { name, shown: ringed, covered: !seen };
}

export async function type(page, label, text) {
  await reach(page, label);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
}

export async function press(page, label) {
  await reach(page, label);
  await page.keyboard.press('Enter');
}

export async function tick(page, label) {
  await reach(page, label);
  await page.keyboard.press('Space');
}

// One of a group of radio buttons: Tab reaches the group, arrows move inside it.
export async function pick(page, group, times) {
  await reach(page, group);
  await page.keyboard.press('Space');
  for (let time = 0; time < times; time += 1) await page.keyboard.press('ArrowDown');
}
