/* The desk by keyboard. Single keys alone, never with a modifier, never while something is filled in, and none of them
   once they are switched off in the sheet. What a key does is pressing a link or a button that the page has anyway. */
"use strict";

(() => {
  const sheet = document.getElementById("keys");
  if (!sheet) return;
  const OFF = "sanhu.keys.off";
  const stored = (() => { try { return window.localStorage; } catch { return null; } })();
  const isOn = () => stored?.getItem(OFF) !== "1";
  const all = (selector) => [...document.querySelectorAll(selector)];
  const rows = () => all("[data-row]").filter((row) => row.querySelector("a"));
  const current = () => document.activeElement?.closest?.("[data-row]") ?? null;

  const isFilling = (target) => target.isContentEditable
    || (target.matches("input, select, textarea") && !target.matches("[type=checkbox], [type=radio], [type=submit]"));

  function step(by) {
    const list = rows();
    if (!list.length) return;
    const here = list.indexOf(current());
    const next = here < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(Math.max(here + by, 0), list.length - 1);
    list[next].querySelector("a").focus();
    list[next].scrollIntoView({ block: "nearest" });
  }

  const KEYS = {
    "/": () => { const box = document.getElementById("find"); box?.focus(); box?.select(); },
    n: () => step(1), j: () => step(1), p: () => step(-1), k: () => step(-1),
    x: () => current()?.querySelector("input[type=checkbox]")?.click(),
    b: () => document.querySelector("#bulk button")?.click(),
  };
  const AFTER_G = { i: () => location.assign(sheet.dataset.inbox), m: () => location.assign(sheet.dataset.matters) };
  let waiting = null;

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Escape" && isFilling(event.target)) { event.target.blur(); return; }
    if (isFilling(event.target)) return;
    if (event.key === "?" && (isOn() || sheet.open)) {
      event.preventDefault();
      if (sheet.open) sheet.close(); else sheet.showModal();
      return;
    }
    if (sheet.open || !isOn()) return;
    const follows = waiting;
    waiting = null;
    const move = /^[1-9]$/.test(event.key) && all("[data-move]")[Number(event.key) - 1];
    const act = (follows && AFTER_G[event.key]) || KEYS[event.key] || (move && (() => move.click()));
    if (act) { event.preventDefault(); act(); } else if (event.key === "g") { waiting = true; }
  });

  const toggle = document.getElementById("keys-on");
  toggle.checked = isOn();
  toggle.addEventListener("change", () => {
    if (toggle.checked) stored?.removeItem(OFF); else stored?.setItem(OFF, "1");
  });
  // Without a script the link leads to the page of keys.
  all("[data-opens-keys]").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    sheet.showModal();
  }));
})();
