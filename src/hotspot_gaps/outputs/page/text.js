// Text: filling in words, folding names, writing CSV. No word is ever read as HTML.
"use strict";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const words = read("strings");
const data = read("data");

/** Fill {names} of a string, once: what is filled in is not looked at again. */
function say(key, values = {}) {
  const text = key.split(".").reduce((part, name) => part?.[name], words);
  if (typeof text !== "string") return key.split(".").pop();
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Say which form of a sentence a number takes. */
const severalOf = (number) => (number === 0 ? "none" : number === 1 ? "one" : "many");

/** Write a number with separators between thousands. */
function count(number, places = 0) {
  const [whole, part] = Math.abs(number).toFixed(places).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, words.thousands);
  return (number < 0 ? "-" : "") + grouped + (part ? "." + part : "");
}

/** Write a number as Python's format ".10g" does, for lengths as people give them. */
const plain = (number) => String(Number(number.toPrecision(10)));

/** Reduce a name to lower-case letters, so that spellings of one name agree; as `fold` in Python,
 *  for Latin, Greek and Cyrillic. */
function fold(name) {
  const letters = data.letters;
  const lowered = Array.from(name.normalize("NFKC").toLowerCase(), (c) => letters[c] ?? c).join("");
  const kept = lowered.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ");
  return kept.trim().replace(/dj+/g, "d");
}

/** Reduce a folded name to what Latin and Cyrillic spellings of it share, as in Python. */
const acrossScripts = (folded) => folded.replace(/([csz])h/g, "$1").replace(/([aeiou])j(?=e)/g, "$1");

/** Make an element with a class and text or children; attributes are set, never parsed. */
function make(tag, options = {}, ...children) {
  const { text, on, ...attributes } = options;
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  if (text !== undefined) node.textContent = text;
  for (const [event, action] of Object.entries(on ?? {})) node.addEventListener(event, action);
  node.append(...children);
  return node;
}

/** Return the address that a text is, if it is one of the web; else null. */
function webAddress(text) {
  try {
    const address = new URL(text);
    return ["http:", "https:"].includes(address.protocol) ? address.href : null;
  } catch {
    return null;
  }
}

/** Return a text as nodes, with its http and https addresses as links. */
function linked(text) {
  const parts = text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])/i);
  return parts.filter(Boolean).map((part) => {
    const href = /^https?:\/\//i.test(part) ? webAddress(part) : null;
    if (!href) return part;
    return make("a", { href, text: part, rel: "noopener noreferrer", target: "_blank" });
  });
}

const FORMULA = /(^|[;\t\r\n])(["'\s]*)([=+\-@＝＋－＠])|^(?=[\t\r](?!["'\s]*[=+\-@＝＋－＠]))/g;

/** Write one cell of CSV; what a spreadsheet would run gets an apostrophe, as in Python. */
function cell(value) {
  if (value === null || value === undefined) return "";
  let text = String(value);
  if (typeof value === "string") text = text.replace(FORMULA, "$1$2'$3");
  return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

const csv = (rows) => rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
