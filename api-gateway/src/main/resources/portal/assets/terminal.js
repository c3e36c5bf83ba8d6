// A terminal in a container, or somebody attached to its main process: xterm.js 6.0.0 over the WebSocket of
// GET /v1/containers/{id}/exec or …/attach.
// Binary messages are what is typed and shown; text messages are JSON: {"resize": {"cols", "rows"}} to the container,
// {"exit": {"code"}} or {"error": {"message"}} from it.
import { Terminal } from "./xterm-6.0.0/xterm.mjs";
import { FitAddon } from "./xterm-6.0.0/addon-fit-0.11.0.mjs";

const $ = (selector) => document.querySelector(selector);
const MOST_CELLS = 1000; // as the API allows
const MOST_SENT = 16 * 1024; // bytes of one message; a longer paste goes as several
const MOST_WAITING = 8 * 1024 * 1024; // bytes that were received and not drawn yet; what is beyond them is left out

// The content security policy forbids style elements and style attributes; xterm.js writes both. What it writes is given to
// the browser as constructed sheets and as properties instead, which the policy allows.
const withoutInlineStyles = () => {
  const make = document.createElement.bind(document);
  document.createElement = (name, options) => {
    if (String(name).toLowerCase() !== "style") return make(name, options);
    const stand = make("template");
    const sheet = new CSSStyleSheet();
    Object.defineProperty(stand, "textContent", { set: (text) => sheet.replaceSync(text) });
    stand.remove = () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
      Element.prototype.remove.call(stand);
    };
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    return stand;
  };
  const set = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    if (name === "style") this.style.cssText = value; else set.call(this, name, value);
  };
};

const place = $("[data-terminal]");
const says = $("[data-terminal-says]");
const state = $("[data-terminal-state]");
const again = $("[data-terminal-again]");
const keys = $("[data-terminal-keys]");
const reader = $("[data-terminal-reader]");

const begin = async () => {
  withoutInlineStyles();
  try { await document.fonts.load('13px "JetBrains Mono"'); } catch (e) { /* any other font does as well */ }
  const css = getComputedStyle(document.documentElement);
  const colour = (name) => css.getPropertyValue(name).trim();
  const term = new Terminal({
    fontFamily: colour("--mono"),
    fontSize: 13,
    lineHeight: 1.2,
    cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    scrollback: 5000,
    screenReaderMode: reader.checked,
    convertEol: place.dataset.lines !== undefined,
    disableStdin: place.dataset.deaf !== undefined,
    theme: { background: colour("--term"), foreground: colour("--term-ink"), cursor: "#4fc3c9", selectionBackground: "#2f5563" },
  });
  const fit = new FitAddon();
  term.loadAddon(fit);
  place.hidden = false;
  keys.hidden = false;
  term.open(place);
  fit.fit();
  new ResizeObserver(() => fit.fit()).observe(place);

  let socket = null;
  const open = () => socket !== null && socket.readyState === WebSocket.OPEN;
  const say = (text, over) => {
    says.textContent = text;
    state.classList.toggle("on", !over);
    state.textContent = over ? "not connected" : "connected";
    state.hidden = false;
    again.hidden = !over;
  };
  const send = (text) => {
    if (!open()) return;
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length; at += MOST_SENT) socket.send(bytes.slice(at, at + MOST_SENT));
  };
  const cells = (n) => Math.max(1, Math.min(MOST_CELLS, n));

  // Browsers do not say why a WebSocket was refused; the same addresses without one do.
  const reason = async () => {
    try {
      const seen = await fetch(place.dataset.container, { credentials: "same-origin" });
      if (!seen.ok) { const problem = await seen.json(); return `${problem.detail} ${problem.hint || ""}`; }
      const container = await seen.json();
      if (container.state !== "running") return `The container is ${container.state}. Choose one that runs on the workload's page.`;
      const answer = await fetch(place.dataset.socket, { credentials: "same-origin" });
      const problem = await answer.json();
      if (answer.status !== 400) return `${problem.detail} ${problem.hint || ""}`;
      return "It may be that too many streams of the account are open, or that a proxy in between lets no WebSocket through.";
    } catch (e) {
      return "The portal does not answer. Reconnect when you are online again.";
    }
  };

  const connect = () => {
    const address = new URL(place.dataset.socket, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    address.searchParams.set("cols", cells(term.cols));
    address.searchParams.set("rows", cells(term.rows));
    const mine = new WebSocket(address);
    mine.binaryType = "arraybuffer";
    socket = mine;
    says.textContent = "Connecting…";
    again.hidden = true;
    let began = false;
    let told = null; // how it ended, as the container said
    let waiting = 0;
    let dropped = false;
    mine.onopen = () => { began = true; say("", false); term.focus(); };
    mine.onmessage = (event) => {
      if (typeof event.data === "string") {
        const message = JSON.parse(event.data);
        if (message.exit) told = `It ended with exit code ${message.exit.code}.`;
        if (message.error) told = message.error.message;
        return;
      }
      if (waiting > MOST_WAITING) { dropped = true; return; }
      const bytes = new Uint8Array(event.data);
      waiting += bytes.length;
      term.write(bytes, () => {
        waiting -= bytes.length;
        if (dropped && waiting === 0) { dropped = false; term.write("\r\n\x1b[33m[some output was left out: it came faster than it can be drawn]\x1b[0m\r\n"); }
      });
    };
    mine.onclose = async (event) => {
      if (mine !== socket) return;
      const how = told || (began ? event.reason && `It was closed: ${event.reason}.` : "");
      if (how) say(how, true);
      else if (began) say(place.dataset.attached === undefined ? "The connection broke. What ran in it was ended." : "The connection broke. The container does not mind.", true);
      else { say("It was refused.", true); say(`It was refused. ${await reason()}`, true); }
      term.write("\r\n\x1b[2m[not connected]\x1b[0m\r\n");
      if (place.contains(document.activeElement)) again.focus();
    };
  };

  // A process without a terminal neither shows what is typed nor knows the keys of one: a line is typed here, and sent whole.
  let line = "";
  const typeLine = (text) => {
    if (text.startsWith("\x1b")) return;
    for (const one of text) {
      if (one === "\r" || one === "\n") { send(line + "\n"); line = ""; term.write("\r\n"); }
      else if (one === "\x7f") { if (line) { line = [...line].slice(0, -1).join(""); term.write("\b \b"); } }
      else if (one === "\x03" || one === "\x15") { line = ""; term.write("\r\x1b[K"); }
      else if (one >= " " && line.length < MOST_SENT) { line += one; term.write(one); }
    }
  };
  const hear = place.dataset.lines === undefined ? send : typeLine;

  term.onData(hear);
  term.onBinary((text) => { if (open()) socket.send(Uint8Array.from(text, (one) => one.charCodeAt(0))); });
  term.onResize(({ cols, rows }) => { if (open()) socket.send(JSON.stringify({ resize: { cols: cells(cols), rows: cells(rows) } })); });
  term.attachCustomKeyEventHandler((event) => {
    if (event.type !== "keydown" || event.key !== "F6" || !event.ctrlKey) return true;
    event.preventDefault();
    reader.focus();
    return false;
  });
  keys.querySelectorAll("[data-key]").forEach((button) => { button.onclick = () => { if (!term.options.disableStdin) hear(button.dataset.key); term.focus(); }; });
  reader.onchange = () => { term.options.screenReaderMode = reader.checked; };
  again.onclick = connect;
  addEventListener("pagehide", () => { if (socket) socket.close(); });
  connect();
};

if (place && place.dataset.socket) begin();
