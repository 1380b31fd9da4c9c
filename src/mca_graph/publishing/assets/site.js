// What makes pages more comfortable: light or dark, filtering and sorting of lists. All can be read without it.
(() => {
  "use strict";
  const root = document.documentElement;

  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const button = document.querySelector("button.theme");
  if (button) {
    const show = () => button.setAttribute("aria-pressed", String(isDark()));
    button.hidden = false;
    show();
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch { /* not kept, then */ }
      show();
    });
  }

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  for (const tools of document.querySelectorAll("[data-filters]")) {
    const target = document.getElementById(tools.dataset.filters);
    const entries = target ? [...target.querySelectorAll("tbody tr, :scope > li")] : [];
    if (entries.length < 8) continue;
    const label = document.createElement("label"), input = document.createElement("input"), told = document.createElement("output");
    input.type = "search";
    input.id = `filter-${target.id}`;
    label.htmlFor = input.id;
    label.textContent = "Show only those with";
    told.setAttribute("for", input.id);
    tools.append(label, input, told);
    const texts = entries.map((entry) => fold(entry.textContent));
    input.addEventListener("input", () => {
      const words = fold(input.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      entries.forEach((entry, index) => {
        entry.hidden = !words.every((word) => texts[index].includes(word));
        if (!entry.hidden) shown += 1;
      });
      told.textContent = words.length ? `${shown} of ${entries.length}` : "";
    });
  }

  const order = new Intl.Collator(root.lang || undefined, { numeric: true, sensitivity: "base" });
  const number = (text) => /^[£€$]?-?[\d,]+(\.\d+)?$/.test(text) ? Number(text.replace(/[£€$,]/g, "")) : NaN;

  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    if (!body || body.rows.length < 3) continue;
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const sort = document.createElement("button");
      sort.type = "button";
      sort.className = "sort";
      sort.append(...head.childNodes);
      head.append(sort);
      sort.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const rows = [...body.rows].map((row) => [row.cells[column].textContent.trim(), row]);
        rows.sort(([a], [b]) => {
          if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1);
          const difference = number(a) - number(b);
          return (Number.isNaN(difference) ? order.compare(a, b) : difference) * (up ? 1 : -1);
        });
        body.append(...rows.map(([, row]) => row));
      });
    });
  }
})();
