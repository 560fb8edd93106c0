// Small helpers of the screens. Texts come from the page (data attributes), nothing is stored but choices of the look.
(() => {
  "use strict";

  const user = document.body.dataset.user || "";
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // "/" goes to the search box; Escape closes what it found.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const box = document.querySelector("[data-search]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
    if (event.key === "Escape") {
      all("#found, .division-field .choices").forEach((one) => one.replaceChildren());
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event);
    if (event.key === "Enter" && event.target.matches("[data-division-field] input[type=search]")) pickFirst(event);
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest(".top-search")) all("#found").forEach((one) => one.replaceChildren());
  });

  // Arrow keys walk through results and the rows of a list.
  function move(event) {
    const list = event.target.closest("[data-search], #found, .choices, [data-division-field], tbody[data-rows]");
    if (!list) return;
    const stops = all(
      list.matches("tbody") ? "tbody[data-rows] tr > .first a" : "#found a, .choices .choice",
      list.matches("tbody") ? document : list.closest(".top-search, [data-division-field], .division-menu") || document,
    );
    if (!stops.length) return;
    const row = event.target.closest("tr");
    const here = row ? stops.findIndex((one) => row.contains(one)) : stops.indexOf(document.activeElement);
    const next = stops[here + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  }

  // A division picked for a form.
  function pickFirst(event) {
    const first = event.target.closest("[data-division-field]").querySelector("[data-pick]");
    event.preventDefault();
    if (first) first.click();
  }

  document.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-pick]");
    const fill = event.target.closest("[data-fill]");
    const drop = event.target.closest("[data-remove]");
    const print = event.target.closest("[data-print]");
    if (pick) {
      const field = pick.closest("[data-division-field]");
      field.querySelector("input[type=hidden]").value = pick.dataset.pick;
      field.querySelector("input[type=search]").value = pick.dataset.name;
      field.querySelector(".choices").replaceChildren();
      field.querySelector("input[type=search]").focus();
    }
    if (fill) {
      const target = document.getElementById(fill.dataset.fill);
      target.value = fill.dataset.value || fill.textContent.trim();
      target.dispatchEvent(new Event("input", { bubbles: true }));
      target.focus();
    }
    if (drop) drop.closest(drop.dataset.remove).remove();
    if (print) window.print();
  });

  // Whoever types in a division field after picking has to pick again, and not from what fitted the text before.
  document.addEventListener("input", (event) => {
    const field = event.target.closest("[data-division-field]");
    if (field && event.target.type === "search") {
      field.querySelector("input[type=hidden]").value = "";
      field.querySelector(".choices").replaceChildren();
    }
    if (event.target.closest("form")) dirty.add(event.target.closest("form"));
  });

  // Columns that somebody hides stay hidden for them in this browser.
  function columns(table) {
    const name = `bangfu.columns.${user}.${table.dataset.columns}`;
    const menu = document.querySelector(`[data-chooser="${table.dataset.columns}"]`);
    const spare = all("input[data-spare]", menu || document.createElement("div")).map((box) => box.value);
    let hidden = spare;
    try {
      hidden = JSON.parse(localStorage.getItem(name)) || spare;
    } catch {
      hidden = spare;
    }
    const show = () => {
      all("[data-col]", table).forEach((cell) => {
        cell.hidden = hidden.includes(cell.dataset.col);
      });
    };
    all("input[type=checkbox]", menu || document.createElement("div")).forEach((box) => {
      box.checked = !hidden.includes(box.value);
      box.addEventListener("change", () => {
        hidden = box.checked ? hidden.filter((one) => one !== box.value) : [...hidden, box.value];
        localStorage.setItem(name, JSON.stringify(hidden));
        show();
      });
    });
    show();
  }

  // Filters kept under a name: an address, in this browser only.
  function savedFilters(root) {
    const name = `bangfu.filters.${user}.${root.dataset.saved}`;
    const list = root.querySelector("[data-saved-list]");
    const read = () => {
      try {
        return JSON.parse(localStorage.getItem(name) || "{}");
      } catch {
        return {};
      }
    };
    const show = () => {
      list.replaceChildren(
        ...Object.entries(read()).map(([title, query]) => {
          const line = document.createElement("div");
          line.className = "choice";
          const link = document.createElement("a");
          link.href = query || "?";
          link.textContent = title;
          const remove = document.createElement("button");
          remove.type = "button";
          remove.className = "btn btn-sm";
          remove.textContent = root.dataset.removeText;
          remove.setAttribute("aria-label", `${root.dataset.removeText} ${title}`);
          remove.addEventListener("click", () => {
            const kept = read();
            delete kept[title];
            localStorage.setItem(name, JSON.stringify(kept));
            show();
          });
          line.append(link, remove);
          return line;
        }),
      );
    };
    root.querySelector("[data-saved-form]").addEventListener("submit", (event) => {
      event.preventDefault();
      const field = event.target.querySelector("input");
      if (field.value.trim()) {
        localStorage.setItem(name, JSON.stringify({ ...read(), [field.value.trim()]: location.search }));
        field.value = "";
        show();
      }
    });
    show();
  }

  // Tick the page, or everything that fits the filter.
  function ticks(form) {
    const page = form.querySelector("[data-tick-page]");
    const every = form.querySelector("[data-tick-all]");
    const boxes = all("input[name=chosen]", form);
    const counter = form.querySelector("[data-tick-count]");
    const actions = all("[data-tick-needed]", form);
    const show = () => {
      const n = every && every.checked ? Number(every.dataset.tickAll) : boxes.filter((one) => one.checked).length;
      counter.textContent = counter.dataset.text.replace("#", n);
      actions.forEach((one) => {
        one.disabled = n === 0;
      });
    };
    page.addEventListener("change", () => {
      boxes.forEach((one) => {
        one.checked = page.checked;
      });
      show();
    });
    form.addEventListener("change", show);
    show();
  }

  // What somebody typed into a long form is kept for this tab until it is sent; numbers of people and phones are not.
  const dirty = new Set();
  function draft(form) {
    const name = `bangfu.draft.${user}.${location.pathname}`;
    const fields = () => all("input[name], select[name], textarea[name]", form).filter((one) => !("secret" in one.dataset) && !["hidden", "file", "password"].includes(one.type));
    const fresh = form.dataset.draft === "fresh";
    const kept = fresh ? JSON.parse(sessionStorage.getItem(name) || "null") : null;
    if (kept) {
      fields().forEach((one) => {
        const value = kept[`${one.name}=${["radio", "checkbox"].includes(one.type) ? one.value : ""}`];
        if (value === undefined) return;
        if (["radio", "checkbox"].includes(one.type)) one.checked = value;
        else one.value = value;
      });
    }
    const keep = () => {
      const values = {};
      fields().forEach((one) => {
        const choice = ["radio", "checkbox"].includes(one.type);
        values[`${one.name}=${choice ? one.value : ""}`] = choice ? one.checked : one.value;
      });
      sessionStorage.setItem(name, JSON.stringify(values));
    };
    form.addEventListener("input", keep);
    form.addEventListener("submit", () => sessionStorage.setItem(`${name}.sent`, "1"));
  }
  function forgetSentDrafts() {
    Object.keys(sessionStorage)
      .filter((one) => one.startsWith("bangfu.draft.") && one.endsWith(".sent"))
      .forEach((one) => {
        const name = one.slice(0, -5);
        if (!name.endsWith(`.${location.pathname}`)) sessionStorage.removeItem(name);
        sessionStorage.removeItem(one);
      });
  }

  document.addEventListener("submit", (event) => {
    dirty.delete(event.target);
    all("button:not([name])", event.target).forEach((one) => {
      if (one.type === "submit") setTimeout(() => (one.disabled = true));
    });
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) all("button[type=submit], form button:not([type])").forEach((one) => (one.disabled = false));
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...dirty].some((form) => form.isConnected && form.dataset.keep !== undefined)) event.preventDefault();
  });

  // Files can be dropped on their field.
  function dropping(zone) {
    const input = zone.querySelector("input[type=file]");
    ["dragover", "dragleave", "drop"].forEach((kind) =>
      zone.addEventListener(kind, (event) => {
        event.preventDefault();
        zone.classList.toggle("over", kind === "dragover");
      }),
    );
    zone.addEventListener("drop", (event) => {
      if (event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }

  // A card made of a row is still a row of a table for a screen reader.
  function roles(table) {
    const pairs = { table, "tbody,thead,tfoot": "rowgroup", tr: "row", th: "columnheader", td: "cell" };
    table.setAttribute("role", "table");
    Object.entries(pairs).forEach(([selector, role]) => {
      if (selector !== "table") all(selector, table).forEach((one) => one.hasAttribute("role") || one.setAttribute("role", role));
    });
    all("tbody th", table).forEach((one) => one.setAttribute("role", "rowheader"));
  }

  // Boxes that scroll can be reached by keyboard.
  function reachable(box) {
    if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) {
      box.tabIndex = 0;
      if (!box.hasAttribute("role")) box.setAttribute("role", "region");
    } else {
      box.removeAttribute("tabindex");
    }
  }

  // An address may lead to something folded.
  function unfold() {
    const there = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (there && there.matches("details")) {
      there.open = true;
      there.scrollIntoView();
    }
  }
  window.addEventListener("hashchange", unfold);

  function start(root) {
    all("table[data-columns]", root).forEach(columns);
    all("[data-saved]", root).forEach(savedFilters);
    all("form[data-ticks]", root).forEach(ticks);
    all("form[data-draft]", root).forEach(draft);
    all("[data-drop]", root).forEach(dropping);
    all("table.cards", root).forEach(roles);
    all(".box", root).forEach(reachable);
    const first = root.querySelector("[data-focus]");
    if (first) first.focus();
  }

  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    opened.forEach((one) => (one.open = true));
  });
  window.addEventListener("afterprint", () => opened.forEach((one) => (one.open = false)));

  document.addEventListener("DOMContentLoaded", () => {
    forgetSentDrafts();
    start(document);
    unfold();
  });
  window.addEventListener("resize", () => all(".box").forEach(reachable));
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) start(event.target);
  });
  // A server that cannot be reached says so where the answer would stand.
  document.addEventListener("htmx:sendError", (event) => {
    const there = document.getElementById("messages");
    const text = document.body.dataset.offline;
    if (there && text && !there.textContent.includes(text)) there.append(text);
    event.preventDefault();
  });
})();
