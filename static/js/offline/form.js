// The form that captures a piece of evidence on the device. What is typed or added is kept within a second, so a closed
// browser loses nothing; it is sent once its writer says so.
import { readableSize } from "../files/readable_size.js";
import { offlineSender } from "./sender.js";
import { offlineStore } from "./store.js";

const SAVE_AFTER_MS = 700;

export function captureForm(form) {
  const within = (selector) => form.querySelector(selector);
  let snapshot = null;
  let piece = null;
  let isChanged = false;
  let timer = null;

  const now = () => new Date().toISOString();
  const chosen = () => snapshot.apprenticeships.find((one) => one.id === piece.apprenticeship);

  function today() {
    const day = new Date();
    return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  }

  function blank(person, apprenticeship) {
    return {
      id: crypto.randomUUID(),
      capture: crypto.randomUUID(),
      follows: [],
      base: null,
      person,
      apprenticeship: apprenticeship.id,
      captures_url: apprenticeship.captures_url,
      title: "",
      narrative: "",
      happened_on: today(),
      claims: [],
      files: [],
      state: "writing",
      made_at: now(),
    };
  }

  // A piece that goes on from a draft as this device knows it.
  function ofDraft(person, apprenticeship, draft) {
    const { title, narrative, happened_on, claims } = draft;
    const words = structuredClone({ title, narrative, happened_on, claims });
    return { ...blank(person, apprenticeship), ...words, id: draft.id, base: structuredClone(words) };
  }

  function open(known, opened) {
    snapshot = known;
    piece = structuredClone(opened);
    isChanged = false;
    fault("");
    const several = snapshot.apprenticeships.filter((one) => one.can_add);
    const select = form.elements.apprenticeship;
    select.replaceChildren(...several.map((one) => new Option(one.standard, one.id, false, one.id === piece.apprenticeship)));
    within("[data-apprenticeship]").hidden = several.length < 2 || Boolean(piece.base || piece.accepted);
    form.elements.title.value = piece.title;
    form.elements.narrative.value = piece.narrative;
    form.elements.happened_on.value = piece.happened_on ?? "";
    form.elements.happened_on.max = today();
    showFiles();
    showKsbs();
    form.hidden = false;
    within("[data-form-heading]").focus();
    form.scrollIntoView({ block: "start" });
  }

  function fault(text) {
    within("[data-fault]").textContent = text;
    within("[data-fault]").hidden = !text;
  }

  function showFiles() {
    const list = within("[data-chosen]");
    list.hidden = !piece.files.length;
    list.replaceChildren(
      ...piece.files.map((file) => {
        const row = document.createElement("li");
        const side = document.createElement("span");
        side.className = "number";
        side.append(`${readableSize(file.size)} `);
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-sm btn-link";
        button.textContent = "Remove";
        button.setAttribute("aria-label", `Remove ${file.name}`);
        button.addEventListener("click", () => {
          piece.files = piece.files.filter((one) => one.id !== file.id);
          changed();
          showFiles();
        });
        side.append(button);
        row.append(file.refusal ? `${file.name}: ${file.refusal}` : file.name, side);
        return row;
      }),
    );
  }

  function showKsbs() {
    const labels = new Map(snapshot.types.map(({ type, label }) => [type, label]));
    const groups = new Map();
    for (const ksb of chosen().ksbs) {
      if (!groups.has(ksb.type)) groups.set(ksb.type, []);
      groups.get(ksb.type).push(choice(ksb));
    }
    within("[data-ksbs]").replaceChildren(
      ...[...groups].map(([type, rows]) => {
        const group = document.createElement("fieldset");
        const legend = document.createElement("legend");
        group.className = "ksb-group";
        legend.textContent = labels.get(type);
        group.append(legend, ...rows);
        return group;
      }),
    );
    narrow();
  }

  function choice(ksb) {
    const row = document.querySelector("template[data-choice]").content.firstElementChild.cloneNode(true);
    const [tick, why] = row.querySelectorAll("input");
    const claim = piece.claims.find((one) => one.ksb === ksb.id);
    row.dataset.words = `${ksb.code} ${ksb.statement}`.toLowerCase();
    row.querySelector("[data-code]").textContent = ksb.code;
    row.querySelector("[data-statement]").textContent = ksb.statement;
    row.querySelector("[data-why]").textContent = `How does it show ${ksb.code}?`;
    tick.id = `offline-claim-${ksb.code}`;
    why.id = `offline-why-${ksb.code}`;
    row.querySelector(".form-check-label").htmlFor = tick.id;
    row.querySelector("[data-why]").htmlFor = why.id;
    tick.checked = Boolean(claim);
    why.value = claim?.why ?? "";
    Object.assign(tick.dataset, { ksb: ksb.id, code: ksb.code });
    return row;
  }

  function narrow() {
    const words = within("[data-find]").value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of form.querySelectorAll(".ksb-choice")) {
      row.hidden = !row.querySelector("input").checked && !words.every((word) => row.dataset.words.includes(word));
    }
    for (const group of form.querySelectorAll(".ksb-group")) {
      group.hidden = !group.querySelector(".ksb-choice:not([hidden])");
    }
  }

  function gather() {
    piece.title = form.elements.title.value.toWellFormed?.() ?? form.elements.title.value;
    piece.narrative = form.elements.narrative.value.toWellFormed?.() ?? form.elements.narrative.value;
    piece.happened_on = form.elements.happened_on.value || null;
    piece.claims = [...form.querySelectorAll("[data-ksb]:checked")].map((tick) => ({
      ksb: tick.dataset.ksb,
      code: tick.dataset.code,
      why: form.querySelector(`#offline-why-${tick.dataset.code}`).value,
    }));
  }

  async function save(state, added = []) {
    clearTimeout(timer);
    gather();
    if (isChanged || state !== piece.state) {
      Object.assign(piece, { state, message: "", changed_at: now() });
      await offlineStore.savePiece(piece, added);
    }
  }

  // The first change makes these words other ones than those that may have been sent.
  function changed(added) {
    if (!isChanged) {
      isChanged = true;
      offlineSender.renew(piece);
    }
    clearTimeout(timer);
    if (added) return save("writing", added);
    timer = setTimeout(() => save("writing").catch(failed), SAVE_AFTER_MS);
    return undefined;
  }

  function failed(error) {
    fault(
      error?.name === "QuotaExceededError"
        ? "There is no room left on this device for this file. What you typed is still here."
        : "This device could not keep it. What you typed is still here: copy it, or try again.",
    );
  }

  async function addFiles(input) {
    const { file_bytes: mostBytes, files: mostFiles } = snapshot.limits;
    const refused = [];
    const added = [];
    for (const blob of input.files) {
      if (!blob.size || blob.size > mostBytes) refused.push(`${blob.name} is ${blob.size ? "too large" : "empty"}.`);
      else if (piece.files.length >= mostFiles) refused.push(`One piece holds up to ${mostFiles} files.`);
      else {
        const file = { id: crypto.randomUUID(), name: blob.name, size: blob.size };
        piece.files.push(file);
        added.push({ id: file.id, blob });
      }
    }
    fault([...new Set(refused)].join(" "));
    showFiles();
    const before = new Set(added.map(({ id }) => id));
    input.value = "";
    if (!added.length) return;
    try {
      await changed(added);
      navigator.storage?.persist?.();
    } catch (error) {
      piece.files = piece.files.filter(({ id }) => !before.has(id));
      showFiles();
      failed(error);
    }
  }

  function close() {
    form.hidden = true;
    document.dispatchEvent(new CustomEvent("offline:form-closed"));
  }

  form.addEventListener("input", ({ target }) => {
    if (target.matches("[data-find]")) narrow();
    else if (!target.matches("[data-files]")) changed();
  });
  form.addEventListener("change", ({ target }) => {
    if (target.matches("[data-files]")) addFiles(target);
    if (target === form.elements.apprenticeship) {
      const apprenticeship = snapshot.apprenticeships.find((one) => one.id === target.value);
      Object.assign(piece, { apprenticeship: apprenticeship.id, captures_url: apprenticeship.captures_url });
      showKsbs();
      changed();
    }
  });
  // Enter in the box that narrows the list must not send the form.
  within("[data-find]").addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  within("[data-close]").addEventListener("click", async () => {
    try {
      if (isChanged) await save("writing");
      close();
    } catch (error) {
      failed(error);
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    gather();
    if (!piece.title.trim() && !piece.narrative.trim() && !piece.files.length) {
      fault("Give it a title, say what you did, or add a photo.");
      return;
    }
    try {
      await save("waiting");
      close();
      document.dispatchEvent(new CustomEvent("offline:queued"));
      const registration = await navigator.serviceWorker?.getRegistration();
      await registration?.sync?.register("send-pieces").catch(() => {});
    } catch (error) {
      failed(error);
    }
  });
  window.addEventListener("pagehide", () => {
    if (!form.hidden && isChanged) save("writing").catch(() => {});
  });

  return { blank, ofDraft, open, isOpen: () => !form.hidden, openId: () => (form.hidden ? null : piece.id) };
}
