// The page works without this: it links list and map, and keeps the progress of a discovery moving.
"use strict";
for (const pin of document.querySelectorAll("[data-pin]")) {
  const card = document.getElementById(pin.dataset.pin);
  if (!card) continue;
  for (const [on, lit] of [["mouseenter", true], ["focusin", true], ["mouseleave", false], ["focusout", false]]) {
    pin.addEventListener(on, () => card.classList.toggle("lit", lit));
    card.addEventListener(on, () => pin.classList.toggle("lit", lit));
  }
}
const job = document.querySelector("[data-job]");
if (job && window.EventSource) {
  const source = new EventSource(`/v1/jobs/${job.dataset.job}/events`);
  const stages = JSON.parse(job.dataset.stages), states = JSON.parse(job.dataset.states);
  const set = (name, text) => { const at = job.querySelector(`[data-${name}]`); if (at) at.textContent = text; };
  const show = (value) => {
    const now = value.progress;
    document.querySelector("[data-state]").textContent = states[value.state];
    if (value.state !== "waiting") job.querySelector("[data-until-taken]")?.remove();
    set("stage", stages[now.stage] || "");
    for (const name of ["pages", "hosts", "accounts", "posts", "kept_back", "waiting"]) if (name in now) set(name, now[name].toLocaleString("en"));
    const bar = job.querySelector("progress");
    if (bar && now.pages) { bar.max = now.pages + (now.waiting || 0); bar.value = now.pages; }
  };
  source.addEventListener("progress", (event) => show(JSON.parse(event.data)));
  source.addEventListener("end", (event) => { source.close(); show(JSON.parse(event.data)); location.replace(location.pathname); });
}
