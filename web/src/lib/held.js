// The files that stand in this page itself, packed with gzip.

/** Finds the files. */
globalThis.heldFiles = {
  async get(path) {
    const found = document.querySelector(`script[data-path="${CSS.escape(path)}"]`);
    if (!found) return null;
    const packed = Uint8Array.from(atob(found.textContent), (mark) => mark.charCodeAt(0));
    if (path.endsWith(".gz")) return packed;
    return new Uint8Array(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
  },
};
