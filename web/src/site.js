// What makes every page more comfortable: light or dark, filtering and sorting of lists.
import { comfort } from "./lib/tables.js";

const CHOICES = [["", "Colours: system"], ["light", "Colours: light"], ["dark", "Colours: dark"]];

/** Let a button go round the system's choice, light and dark. */
function themes(button) {
  const root = document.documentElement;
  const show = () => {
    const [, name] = CHOICES.find(([value]) => value === (root.dataset.theme ?? ""));
    button.textContent = name;
    button.title = "Change between the colours of your system, light and dark";
  };
  button.removeAttribute("aria-pressed");
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    const at = CHOICES.findIndex(([value]) => value === (root.dataset.theme ?? ""));
    const [next] = CHOICES[(at + 1) % CHOICES.length];
    if (next) root.dataset.theme = next;
    else delete root.dataset.theme;
    try {
      if (next) localStorage.setItem("theme", next);
      else localStorage.removeItem("theme");
    } catch { /* storage may be switched off: it is not kept, then */ }
    show();
  });
}

const button = document.querySelector("button.theme");
if (button) themes(button);
if (!globalThis.heldFiles) comfort(document);
