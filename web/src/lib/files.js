// Where the files of the site come from: beside this script, or out of the one file that holds everything.

const script = document.currentScript;

/** The address of the root of the site: scripts stand in its folder assets/. */
const root = () => new URL("..", script.src);

/** Files that stand in this page; none where the site is made of many files. */
const held = () => globalThis.heldFiles;

/** The address of a file of the site, given its path from the root. */
export function address(path) {
  return held() ? `#/${path}` : new URL(path, root()).href;
}

/** A file of the site as a stream with its size in bytes, or 0 where that is not known. */
export async function open(path) {
  if (held()) {
    const found = await held().get(path);
    if (!found) throw new Error(`${path} is not in this file`);
    return { stream: new Blob([found]).stream(), size: found.byteLength };
  }
  if (location.protocol === "file:") {
    throw new Error("a page that was opened as a file cannot read the files beside it; look at the site through a server");
  }
  const answer = await fetch(new URL(path, root()));
  if (!answer.ok) throw new Error(`${path} could not be loaded (${answer.status})`);
  return { stream: answer.body, size: Number(answer.headers.get("content-length")) || 0 };
}

/** A stream, unpacked where it is packed with gzip; some servers unpack files on their way. */
export async function unpacked(stream) {
  const reader = stream.getReader();
  const { value: first = new Uint8Array(), done } = await reader.read();
  const whole = new ReadableStream({
    start(controller) {
      if (first.length) controller.enqueue(first);
      if (done) controller.close();
    },
    async pull(controller) {
      const next = await reader.read();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return first[0] === 0x1f && first[1] === 0x8b ? whole.pipeThrough(new DecompressionStream("gzip")) : whole;
}

/** A JSON file of the site. */
export async function json(path) {
  return new Response((await open(path)).stream).json();
}

/** A packed file of the site as bytes. */
export async function bytes(path) {
  return new Uint8Array(await new Response(await unpacked((await open(path)).stream)).arrayBuffer());
}

/** A script of the site as a worker. */
export async function worker(path) {
  if (!held()) return new Worker(new URL(path, root()));
  const url = URL.createObjectURL(new Blob([await held().get(path)], { type: "text/javascript" }));
  return new Worker(url);
}
