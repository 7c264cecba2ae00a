// The try-out page: draws what the server says there is, and tells it what is typed, pressed and set.
"use strict";

const byId = (id) => document.getElementById(id);
const PAUSE = 250; // ms between two looks at the server while time passes
let state = null;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function filled(text, gaps) {
  return text.replace(/\{(\w+)\}/g, (_, name) => gaps[name]);
}

async function tell(where, wish) {
  const trouble = byId("trouble");
  trouble.hidden = true;
  try {
    const answer = await fetch(where, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(wish),
    });
    if (!answer.ok) throw new Error((await answer.json()).error);
  } catch (error) {
    trouble.textContent = filled(state.texts.failed, { reason: error.message });
    trouble.hidden = false;
  }
}

// Colours come from the style sheet, so that cards follow the theme.
function hostConfig() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const both = (shown) => ({ default: shown, subtle: colour("--quiet") });
  const ink = both(colour("--ink"));
  const foregroundColors = {
    default: ink, dark: ink, light: ink, good: both(colour("--key")), accent: both(colour("--key")),
    warning: both(colour("--wrong")), attention: both(colour("--wrong")),
  };
  const container = { backgroundColor: colour("--paper"), foregroundColors };
  return new AdaptiveCards.HostConfig({
    fontFamily: "inherit",
    containerStyles: { default: container, emphasis: container, good: container, attention: container, accent: container, warning: container },
    actions: { maxActions: 20, actionsOrientation: "vertical", actionAlignment: "stretch", buttonSpacing: 8 },
    inputs: { label: { requiredInputs: { weight: "Bolder", suffix: " *", suffixColor: "Attention" } } },
  });
}

function drawnCard(seat, entry) {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = hostConfig();
  card.onExecuteAction = (action) => {
    if (action instanceof AdaptiveCards.OpenUrlAction) window.open(action.url, "_blank", "noopener");
    else tell("/press", { seat, at: entry.id, data: action.data || {} });
  };
  card.parse(entry.card);
  const drawn = card.render();
  for (const heading of drawn.querySelectorAll('[role="heading"]')) heading.setAttribute("aria-level", "4");
  const around = element("div", undefined, "card");
  around.append(drawn);
  return around;
}

function drawnEntry(seat, entry) {
  const item = element("div", undefined, entry.own ? "entry own" : "entry");
  item.append(element("p", `${entry.own ? state.texts.you : state.texts.sparri}, ${entry.at}`, "from"));
  item.append(entry.card && window.AdaptiveCards ? drawnCard(seat, entry) : element("p", entry.text, "text"));
  item.drawnFrom = JSON.stringify([entry, state.language]);
  return item;
}

function newChat(chat) {
  const section = byId("chat").content.firstElementChild.cloneNode(true);
  section.id = `chat-${chat.seat}`;
  section.querySelector("h3").id = `name-${chat.seat}`;
  section.setAttribute("aria-labelledby", `name-${chat.seat}`);
  section.querySelector(".entries").setAttribute("aria-labelledby", `name-${chat.seat}`);
  section.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const input = event.target.elements.text;
    if (input.value.trim()) tell("/say", { seat: chat.seat, text: input.value });
    input.value = "";
  });
  document.querySelector(".chats").append(section);
}

// Whoever has just pressed a button of a card stays where that card was.
function replaceEntry(there, drawn) {
  const isHeld = there.contains(document.activeElement);
  there.replaceWith(drawn);
  if (!isHeld) return;
  drawn.tabIndex = -1;
  drawn.focus({ preventScroll: true });
}

// Only what has changed is drawn anew: what somebody is just filling in stays.
function drawChat(chat) {
  const section = byId(`chat-${chat.seat}`);
  section.querySelector("h3").textContent = `${state.texts[chat.seat]}: ${chat.name}`;
  section.querySelector(".hints").textContent = state.texts[{ coach: "coach_hints", manager: "manager_hints" }[chat.seat] || "hints"];
  section.querySelector("form .hidden").textContent = filled(state.texts.write_to, { name: chat.name });
  section.querySelector("form input").placeholder = state.texts.placeholder;
  section.querySelector("form button").textContent = state.texts.send;
  const entries = section.querySelector(".entries");
  let isNew = false;
  chat.entries.forEach((entry, number) => {
    const there = entries.children[number];
    if (there && there.drawnFrom === JSON.stringify([entry, state.language])) return;
    const drawn = drawnEntry(chat.seat, entry);
    if (there) replaceEntry(there, drawn);
    else { entries.append(drawn); isNew = true; }
  });
  while (entries.children.length > chat.entries.length) entries.lastElementChild.remove();
  if (isNew) entries.scrollTop = entries.scrollHeight;
}

function drawTable(place, name, columns, rows, nothing) {
  place.setAttribute("aria-label", name);
  if (!rows.length) return place.replaceChildren(element("p", nothing));
  const table = element("table"), head = element("tr");
  for (const column of columns) {
    const cell = element("th", state.texts[column]);
    cell.scope = "col";
    head.append(cell);
  }
  table.append(element("thead"), element("tbody"));
  table.tHead.append(head);
  for (const row of rows) {
    const line = element("tr");
    for (const column of columns) line.append(element("td", row[column]));
    table.tBodies[0].append(line);
  }
  place.replaceChildren(table);
}

function drawDose(weeks) {
  const table = element("table", undefined, "chart"), head = element("tr");
  for (const name of [state.texts.week, state.texts.messages]) {
    const cell = element("th", name);
    cell.scope = "col";
    if (name === state.texts.messages) cell.colSpan = 2;
    head.append(cell);
  }
  table.append(element("thead"), element("tbody"));
  table.tHead.append(head);
  for (const each of weeks) {
    const line = element("tr"), cell = element("td", undefined, "bar-cell"), amount = element("span", undefined, "amount");
    amount.style.width = `${Math.min(100, (100 * each.messages) / state.most_a_week)}%`;
    amount.setAttribute("aria-hidden", "true");
    cell.append(amount);
    line.append(element("td", each.week), element("td", each.messages.toLocaleString(state.language)), cell);
    table.tBodies[0].append(line);
  }
  byId("dose").replaceChildren(weeks.length ? table : element("p", state.texts.nothing_past));
}

function draw() {
  const { texts } = state;
  document.documentElement.lang = state.language;
  document.title = texts.title;
  for (const each of document.querySelectorAll("[data-text]")) each.textContent = texts[each.dataset.text];
  byId("intro").textContent = filled(texts.intro, { others: state.others });
  byId("as-text").hidden = !state.as_text;
  byId("as-text").textContent = filled(texts.as_text, { reason: state.as_text });
  byId("now").textContent = state.now;
  byId("working").hidden = !state.moving;
  const language = byId("language");
  if (!language.options.length)
    for (const [code, name] of Object.entries(state.languages)) language.append(new Option(name, code));
  language.value = state.language;
  // All are there before one is drawn, so that each has its width when it is scrolled to its newest.
  for (const chat of state.chats) if (!byId(`chat-${chat.seat}`)) newChat(chat);
  state.chats.forEach(drawChat);
  drawTable(byId("coming"), texts.coming, ["when", "who", "what", "why"], state.panel.coming, texts.nothing_coming);
  drawTable(byId("past"), texts.past, ["when", "who", "what", "outcome"], state.panel.past, texts.nothing_past);
  byId("dose-about").textContent = filled(texts.dose_about, { most: state.most_a_week });
  drawDose(state.panel.dose);
  document.body.dataset.revision = state.revision;
}

async function look() {
  for (;;) {
    try {
      const answer = await fetch(`/state?seen=${state ? state.revision : ""}`);
      state = await answer.json();
      draw();
      await new Promise((wake) => setTimeout(wake, PAUSE));
    } catch (error) {
      if (state) {
        byId("trouble").textContent = state.texts.gone;
        byId("trouble").hidden = false;
      }
      await new Promise((wake) => setTimeout(wake, 8 * PAUSE));
    }
  }
}

for (const button of document.querySelectorAll("[data-do]"))
  button.addEventListener("click", () => tell("/clock", { do: button.dataset.do }));
byId("language").addEventListener("change", (event) => tell("/language", { language: event.target.value }));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const entries of document.querySelectorAll(".entries")) entries.replaceChildren();
  if (state) draw();
});
look();
