/* While a report is typed: what others reported already is asked for once the writer pauses, and shown in the form.
   Without this script the same is shown as a step after sending. */
"use strict";

(() => {
  const place = document.getElementById("alike");
  const form = place?.closest("form");
  if (!form) return;
  const PAUSE = 1000, LEAST = 6;
  const SAID = ["csrfmiddlewaretoken", "words", "area", "cell"];
  let timer = 0, asked = "", asking = null;

  async function ask() {
    const said = SAID.map((name) => [name, form.elements[name]?.value ?? ""]);
    const words = form.elements.words.value.trim();
    const all = JSON.stringify(said);
    if (all === asked || place.contains(document.activeElement)) return;
    asked = all;
    asking?.abort();
    if ([...words].length < LEAST) { place.replaceChildren(); return; }
    asking = new AbortController();
    const body = new FormData();
    said.forEach(([name, value]) => body.append(name, value));
    try {
      const answer = await fetch(place.dataset.url, { method: "POST", body, signal: asking.signal });
      if (answer.ok && !place.contains(document.activeElement)) place.innerHTML = await answer.text();
    } catch { /* the report goes on without it */ }
  }

  const soon = () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); };
  ["words", "area"].forEach((name) => {
    form.elements[name].addEventListener("input", soon);
    form.elements[name].addEventListener("change", soon);
  });
})();
