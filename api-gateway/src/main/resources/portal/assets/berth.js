// Berth's pages work without this file; it makes them live. No framework, no inline code, nothing from elsewhere.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  $$("[data-noscript]").forEach((one) => { one.hidden = true; });

  // --- copying -----------------------------------------------------------------------------------------------------
  const wireCopies = (root) => {
    if (!navigator.clipboard) return;
    $$("[data-copy]", root).forEach((button) => {
      button.hidden = false;
      button.onclick = async () => {
        const source = button.parentElement.querySelector("pre, code");
        await navigator.clipboard.writeText(source.textContent);
        const before = button.textContent;
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = before; }, 1500);
      };
    });
  };
  wireCopies(document);

  const here = $(".nav [aria-current]");
  if (here) here.scrollIntoView({ block: "nearest", inline: "center" });

  // What answers a form stands at the form's address; its own one can be asked for again, by its visitor and by what is live.
  const own = $("[data-address]");
  if (own && location.pathname !== own.dataset.address) history.replaceState(null, "", own.dataset.address);

  const focused = $("[data-focus]");
  if (focused) focused.focus();

  // The visitor's own zone is the best guess for a new account.
  const zone = $("select[data-time-zone]");
  if (zone && zone.value === "UTC") {
    const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if ([...zone.options].some((option) => option.value === mine)) zone.value = mine;
  }

  // --- regions: parts of the page that are taken from a newer rendering of it ------------------------------------
  const swap = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    $$("[data-region]").forEach((old) => {
      const now = fresh.getElementById(old.id);
      if (!now || now.innerHTML === old.innerHTML || old.contains(document.activeElement)) return;
      old.replaceChildren(...now.childNodes);
      wireCopies(old);
    });
  };
  let ask = 0;
  const refresh = async (url, options) => {
    const mine = ++ask;
    try {
      const answer = await fetch(url, { credentials: "same-origin", redirect: "error", ...options });
      const text = await answer.text();
      if (mine === ask) swap(text);
    } catch (e) { /* the page stays as it is; the next event asks again */ }
  };
  const later = (ms, run) => {
    let timer = 0;
    return () => { clearTimeout(timer); timer = setTimeout(run, ms); };
  };

  // --- the events of the account move the page ----------------------------------------------------------------------
  const main = $("main[data-live]");
  if (main && window.EventSource) {
    const state = $("h1 [data-live-state]");
    const moved = later(250, () => refresh(location.href));
    const source = new EventSource(main.dataset.live);
    main.dataset.liveTypes.split(" ").forEach((type) => source.addEventListener(type, moved));
    source.onopen = () => { if (state) { state.hidden = false; state.classList.add("on"); } };
    source.onerror = () => { if (state) state.classList.remove("on"); };
    addEventListener("pagehide", () => source.close());
  }

  // What goes on without an event of its own is looked at again, while it goes on and somebody looks.
  setInterval(() => { if ($("[data-poll]") && !document.hidden) refresh(location.href); }, 2000);

  // --- rows of a form, of which there may be more --------------------------------------------------------------------
  $$("[data-rows]").forEach((rows) => {
    const add = $("[data-add-row]", rows);
    if (!add) return;
    add.hidden = false;
    add.onclick = () => {
      const all = $$("[data-row]", rows);
      const one = all.at(-1).cloneNode(true);
      $$("input, textarea", one).forEach((input) => { input.value = ""; input.removeAttribute("aria-invalid"); });
      $$("select", one).forEach((select) => { select.selectedIndex = 0; select.removeAttribute("aria-invalid"); });
      $$(".error", one).forEach((error) => error.remove());
      all.at(-1).after(one);
      $("input, select, textarea", one).focus();
    };
  });

  // --- a file that is read into a text area; nothing is sent by choosing it --------------------------------------
  $$("input[type=file][data-into]").forEach((chooser) => {
    const field = chooser.closest("[hidden]");
    if (field) field.hidden = false;
    chooser.addEventListener("change", async () => {
      const file = chooser.files[0];
      const target = document.getElementById(chooser.dataset.into);
      if (file && target) target.value = await file.text();
    });
  });

  // --- forms whose result follows what is chosen ------------------------------------------------------------------
  $$("form[data-auto]").forEach((form) => {
    const url = () => location.pathname + "?" + new URLSearchParams(new FormData(form));
    form.addEventListener("input", later(150, () => refresh(url())));
    form.addEventListener("submit", (event) => { event.preventDefault(); refresh(url()); });
  });
  $$("form[data-quote]").forEach((form) => {
    const quote = later(200, () => refresh(form.dataset.quote, { method: "POST", body: new URLSearchParams(new FormData(form)) }));
    form.addEventListener("input", quote);
    quote();
  });

  // --- the cost as it grows -------------------------------------------------------------------------------------------
  const money = (m) => new Intl.NumberFormat("en-US", { style: "currency", currency: m.currency })
    .format(m.amount_minor / 10 ** new Intl.NumberFormat("en-US", { style: "currency", currency: m.currency }).resolvedOptions().maximumFractionDigits);
  const decimal = (text, digits) => new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(Number(text));
  const ticker = $("[data-live-usage]");
  if (ticker && window.EventSource) {
    const put = (name, text) => { const one = $(`[data-${name}]`, ticker); if (one) one.textContent = text; };
    const state = $("[data-live-state]", ticker);
    const on = (yes) => { if (state) { state.hidden = false; state.classList.toggle("on", yes); state.textContent = yes ? "live" : "waiting"; } };
    const source = new EventSource(ticker.dataset.liveUsage);
    source.addEventListener("usage", (event) => {
      const now = JSON.parse(event.data);
      on(true);
      put("accrued", money(now.accrued));
      const cap = $("[data-live-cap]") || ticker;
      const say = (name, text) => { const one = $(`[data-${name}]`, cap); if (one) one.textContent = text; };
      if (now.used) say("used", money(now.used));
      if (now.cap) {
        say("cap", money(now.cap));
        const left = now.seconds_to_cap;
        const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
        const from = parts.findIndex(([size]) => left >= size);
        const span = from < 0 ? "0 s" : parts.slice(from, from + 2).reduce(([text, rest], [size, unit]) => [`${text} ${Math.floor(rest / size)} ${unit}`, rest % size], ["", left])[0].trim();
        say("to-cap", left == null ? "" : left === 0 ? "It is reached." : `Reached in ${span} if all goes on as now.`);
      }
      put("running", now.running);
      put("seconds", decimal(now.container_seconds, 3) + " s");
      put("vcpu", decimal(now.vcpu_seconds, 3));
      put("gib", decimal(now.gib_seconds, 3));
      if (now.burn_rate) {
        put("burn", new Intl.NumberFormat("en-US", { style: "currency", currency: now.burn_rate.currency, minimumFractionDigits: 4, maximumFractionDigits: 4 }).format(Number(now.burn_rate.per_hour)));
      }
    });
    source.addEventListener("unavailable", () => on(false));
    source.onerror = () => on(false);
    addEventListener("pagehide", () => source.close());
  }

  // --- logs ----------------------------------------------------------------------------------------------------------
  const log = $("[data-log]");
  if (log && window.EventSource) {
    const most = 2000;
    const state = $("[data-log-state]");
    const pause = $("[data-log-pause]");
    let paused = false;
    let waiting = [];
    let drawing = 0;
    let begun = false; // a stream that broke goes on behind its last line
    const draw = () => {
      drawing = 0;
      if (paused || waiting.length === 0) return;
      const follow = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
      log.append(...waiting.map((line) => document.createTextNode(line + "\n")));
      waiting = [];
      while (log.childNodes.length > most) log.firstChild.remove();
      if (follow) log.scrollTop = log.scrollHeight;
    };
    const add = (line) => {
      waiting.push(line);
      if (waiting.length > most) waiting.shift();
      if (!drawing) drawing = setTimeout(draw, 60);
    };
    const source = new EventSource(log.dataset.log);
    const take = (event) => add(event.data);
    source.onopen = () => { if (!begun) { log.replaceChildren(); waiting = []; begun = true; } state.hidden = false; state.classList.add("on"); pause.hidden = false; };
    source.onmessage = take;
    ["log", "line", "stdout", "stderr"].forEach((type) => source.addEventListener(type, take));
    source.addEventListener("end", () => { source.close(); state.hidden = true; pause.hidden = true; });
    source.onerror = () => state.classList.remove("on");
    pause.onclick = () => { paused = !paused; pause.textContent = paused ? "Go on" : "Pause"; draw(); };
    addEventListener("pagehide", () => source.close());
    log.scrollTop = log.scrollHeight;
  }
})();
