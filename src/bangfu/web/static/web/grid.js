// Tables for typing: Enter and the arrows go up and down a column, sums at the foot follow, rows say when they do not add up.
(() => {
  "use strict";

  const all = (selector, root) => Array.from(root.querySelectorAll(selector));
  const number = (field) => (field && /^\d+$/.test(field.value.trim()) ? Number(field.value.trim()) : 0);

  function step(field, by) {
    const column = all(`[data-grid-col="${field.dataset.gridCol}"]`, field.closest("table")).filter((one) => !one.disabled);
    const next = column[column.indexOf(field) + by];
    if (!next) return false;
    next.focus();
    if (next.select) next.select();
    return true;
  }

  function down(event) {
    const field = event.target.closest("[data-grid-col]");
    if (!field || event.ctrlKey || event.altKey || event.metaKey) return;
    const arrows = field.tagName !== "SELECT";
    if (event.key === "Enter") {
      event.preventDefault();
      step(field, event.shiftKey ? -1 : 1);
    } else if (arrows && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      step(field, event.key === "ArrowDown" ? 1 : -1);
    }
  }

  // A sheet says what it makes for each member of the household.
  function perHead(row, said) {
    const value = (name) => {
      const field = row.querySelector(`[data-grid-col="${name}"]`);
      return field && field.value.trim() !== "" ? Number(field.value.replace(/[,,]/g, "")) : NaN;
    };
    const parts = ["income_wage", "income_business", "income_property", "income_transfer"].map(value);
    const net = parts.reduce((sum, one) => sum + one, 0) - value("production_cost");
    const each = net / value("members");
    said.textContent = Number.isFinite(each) ? row.closest("table").dataset.perHead.replace("#", each.toFixed(2)) : "";
  }

  // Votes are those of the present: a row that does not add up says by how much.
  function check(row) {
    const said = row.querySelector("[data-row-check]");
    if (!said) return;
    if (row.closest("table").hasAttribute("data-per-head")) return perHead(row, said);
    const fields = Object.fromEntries(all("[data-grid-col]", row).map((one) => [one.dataset.gridCol, one]));
    const votes = ["in_favour", "against", "abstain"].reduce((sum, name) => sum + number(fields[name]), 0);
    const typed = ["in_favour", "against", "abstain"].some((name) => fields[name].value.trim() !== "");
    const words = row.closest("table").dataset;
    const off = votes - number(fields.present);
    said.textContent = !typed ? "" : off === 0 ? words.right : (off > 0 ? words.more : words.fewer).replace("#", Math.abs(off));
    said.classList.toggle("wrong-words", typed && off !== 0);
  }

  function sums(table) {
    all("[data-sum]", table).forEach((cell) => {
      const rows = all("tbody tr", table).filter((row) => !table.hasAttribute("data-votes") || all('[data-grid-col]:not([data-grid-col="present"])', row).some((one) => one.value.trim() !== ""));
      cell.textContent = rows.reduce((sum, row) => sum + number(row.querySelector(`[data-grid-col="${cell.dataset.sum}"]`)), 0);
    });
    all("[data-filled]", table).forEach((cell) => {
      cell.textContent = all("tbody tr", table).filter((row) => all("[data-grid-col]", row).some((one) => one.dataset.gridCol !== "present" && one.value.trim() !== "")).length;
    });
    all("[data-count-of]", document).forEach((cell) => {
      const value = cell.dataset.countOf;
      cell.textContent = all('[data-grid-col="name"]', table).filter((one) => one.value.trim() !== "" && (value === "" || one.closest("tr").querySelector('[data-grid-col="group"]').value.trim() === value)).length;
    });
  }

  function start(table) {
    table.addEventListener("keydown", down);
    table.addEventListener("input", (event) => {
      const row = event.target.closest("tbody tr");
      if (row) check(row);
      // Who changes a figure has seen the household.
      const seen = row && table.hasAttribute("data-tick-typed") && row.querySelector("input[name=seen]");
      if (seen && event.target !== seen) seen.checked = true;
      sums(table);
    });
    table.addEventListener("focusin", (event) => {
      if (event.target.matches("input[data-grid-col]")) event.target.select();
    });
    all("tbody tr", table).forEach(check);
    sums(table);
  }

  // One choice for every row that has none; one number for every row.
  document.addEventListener("click", (event) => {
    const every = event.target.closest("[data-every]");
    if (!every) return;
    const table = document.querySelector("table[data-grid]");
    const from = every.dataset.everyFrom ? document.getElementById(every.dataset.everyFrom).value : every.dataset.everyValue;
    const prefix = every.dataset.everyBegun;
    const begun = (row) => !prefix || all(`[data-grid-col^="${prefix}"]`, row).some((one) => one.value.trim() !== "");
    every.dataset.every.trim().split(/\s+/).forEach((column) =>
      all(`[data-grid-col="${column}"]`, table).forEach((one) => {
        if (begun(one.closest("tr")) && (one.value === "" || every.dataset.everyAll !== undefined)) one.value = from;
      }),
    );
    all("tbody tr", table).forEach(check);
    sums(table);
    table.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // Tick or untick all rows.
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-tick-rows]")) return;
    all("input[name=chosen]", event.target.closest("table")).forEach((one) => (one.checked = event.target.checked));
  });

  document.addEventListener("DOMContentLoaded", () => all("table[data-grid]", document).forEach(start));
})();
