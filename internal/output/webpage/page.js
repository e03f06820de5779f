"use strict";
(() => {
  // Search: what does not match is hidden, what does is opened. The text of each item is read once.
  const items = [...document.querySelectorAll(".item")].map((node) => ({ node, text: "" }));
  const groups = [...document.querySelectorAll("details.rule")];
  const input = document.getElementById("search");
  const hits = document.getElementById("hits");
  const search = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const item of items) {
      item.text ||= (item.node.textContent + " " + (item.node.closest(".rule")?.firstElementChild.textContent ?? "")).toLowerCase();
      const match = words.every((word) => item.text.includes(word));
      item.node.classList.toggle("hidden", !match);
      found += match;
    }
    for (const group of groups) {
      const any = group.querySelector(".item:not(.hidden)");
      group.classList.toggle("hidden", !any);
      group.open = words.length > 0 && Boolean(any);
    }
    hits.textContent = words.length ? `${found} found` : "";
  };
  let waiting;
  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 120); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== input) { event.preventDefault(); input.focus(); }
    if (event.key === "Escape" && document.activeElement === input) { input.value = ""; search(); }
  });

  // Steps that are done are remembered, where the browser lets a page remember.
  const key = "aiohub " + document.title;
  let done = new Set();
  try { done = new Set(JSON.parse(localStorage.getItem(key) ?? "[]")); } catch { /* a page from a file may not */ }
  for (const box of document.querySelectorAll("input[data-step]")) {
    box.checked = done.has(box.dataset.step);
    box.addEventListener("click", (event) => event.stopPropagation());
    box.addEventListener("change", () => {
      done[box.checked ? "add" : "delete"](box.dataset.step);
      try { localStorage.setItem(key, JSON.stringify([...done])); } catch { /* see above */ }
    });
  }

  // Answers are copied with a button, where the browser has a clipboard for this page.
  for (const paste of document.querySelectorAll(".paste")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "copy";
    button.addEventListener("click", async () => {
      const text = paste.querySelector("code").textContent;
      try { await navigator.clipboard.writeText(text); button.textContent = "copied"; } catch {
        getSelection().selectAllChildren(paste.querySelector("code"));
        button.textContent = "selected";
      }
    });
    paste.append(button);
  }

  // A package shows its own arrows alone.
  const graph = document.querySelector(".graph");
  if (graph) {
    const pick = (node) => {
      graph.classList.toggle("picked", node !== null);
      for (const arrow of graph.querySelectorAll(".arrow")) {
        arrow.classList.toggle("near", node !== null && (arrow.dataset.from === node || arrow.dataset.to === node));
      }
    };
    for (const node of graph.querySelectorAll(".node")) {
      for (const start of ["pointerenter", "focus"]) node.addEventListener(start, () => pick(node.dataset.node));
      for (const end of ["pointerleave", "blur"]) node.addEventListener(end, () => pick(null));
    }
  }
})();
