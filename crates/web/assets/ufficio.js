// Single keys for those who work through the queue. Everything works without them; /ufficio/tastiera lists them and
// switches them off on this device.
'use strict';
(() => {
  const CHOICE = 'sportello-tasti';
  const storage = { get: () => { try { return localStorage.getItem(CHOICE); } catch { return null; } } };
  storage.set = (value) => { try { localStorage.setItem(CHOICE, value); } catch { /* then it holds for this page */ } };
  let on = storage.get() !== 'spenti';

  const links = () => [...document.querySelectorAll('#elenco tbody th a')];
  // The row in which the focus stands; before the first one where it stands elsewhere.
  const row = () => document.activeElement?.closest('#elenco tbody tr');
  const step = (by) => {
    const all = links();
    const neighbour = document.querySelector(by > 0 ? '.vicine a[rel=next]' : '.vicine a[rel=prev]');
    if (!all.length) return neighbour?.click();
    const at = all.findIndex((link) => row()?.contains(link));
    all[Math.min(Math.max(at + by, 0), all.length - 1)].focus();
  };
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    x: () => row()?.querySelector('input[type=checkbox]')?.click(),
    a: () => document.getElementById('assegna-a')?.focus(),
    '?': () => document.querySelector('a[data-tasti]')?.click(),
  };
  const typing = (element) => element?.closest('input:not([type=checkbox]), select, textarea, [contenteditable]');
  document.addEventListener('keydown', (event) => {
    if (!on || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || typing(event.target)) return;
    const key = keys[event.key];
    if (!key) return;
    event.preventDefault();
    key();
  });

  const turn = document.querySelector('button[data-spegni]');
  if (!turn) return;
  const say = () => { turn.textContent = on ? turn.dataset.spegni : turn.dataset.accendi; };
  turn.hidden = false;
  say();
  turn.addEventListener('click', () => {
    on = !on;
    storage.set(on ? 'accesi' : 'spenti');
    say();
  });
})();
