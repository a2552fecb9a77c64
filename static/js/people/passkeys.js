// @ts-check
// Passkeys: a button (data-passkey) asks the browser for one and sends its answer with the form it stands in. What to ask
// for is in the page (data-passkey-options names the element that holds it) or, at sign-in, behind the form's own address.
import { every, field } from "../elements.js";

const encode = (/** @type {ArrayBuffer} */ buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const decode = (/** @type {string} */ text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const decodeIds = (/** @type {Sent<PublicKeyCredentialDescriptor>[] | undefined} */ credentials) =>
  credentials?.map((credential) => ({ ...credential, id: decode(credential.id) }));

/**
 * As the site sends it: what is bytes in the browser is text.
 * @template {object} T
 * @typedef {Omit<T, "id" | "challenge"> & { id: string, challenge: string }} Sent
 */

/**
 * @typedef {Omit<Sent<PublicKeyCredentialCreationOptions>, "user" | "excludeCredentials"> & {
 *   user: Sent<PublicKeyCredentialUserEntity>,
 *   excludeCredentials?: Sent<PublicKeyCredentialDescriptor>[],
 * }} CreationOptions
 * @typedef {Omit<Sent<PublicKeyCredentialRequestOptions>, "allowCredentials"> & {
 *   allowCredentials?: Sent<PublicKeyCredentialDescriptor>[],
 * }} RequestOptions
 */

/**
 * @param {HTMLFormElement} form
 * @returns {Promise<{ publicKey: RequestOptions }>}
 */
async function askedFor(form) {
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`The site answered ${answer.status}.`);
  return (await answer.json()).request_options;
}

/**
 * A new passkey; one that is to sign in without a password must know for itself who holds it.
 * @param {{ publicKey: CreationOptions }} options
 * @param {boolean} isPasswordless
 */
async function made({ publicKey }, isPasswordless) {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: decode(publicKey.challenge),
      user: { ...publicKey.user, id: decode(publicKey.user.id) },
      excludeCredentials: decodeIds(publicKey.excludeCredentials),
      authenticatorSelection: {
        ...publicKey.authenticatorSelection,
        residentKey: isPasswordless ? "required" : "discouraged",
        requireResidentKey: isPasswordless,
        ...(isPasswordless ? { userVerification: "required" } : {}),
      },
    },
  });
  const { key, response } = parts(credential, AuthenticatorAttestationResponse);
  return sent(key, {
    attestationObject: encode(response.attestationObject),
    clientDataJSON: encode(response.clientDataJSON),
    transports: response.getTransports?.() ?? [],
  });
}

/** @param {{ publicKey: RequestOptions }} options */
async function shown({ publicKey }) {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: decode(publicKey.challenge),
      allowCredentials: decodeIds(publicKey.allowCredentials),
    },
  });
  const { key, response } = parts(credential, AuthenticatorAssertionResponse);
  return sent(key, {
    authenticatorData: encode(response.authenticatorData),
    clientDataJSON: encode(response.clientDataJSON),
    signature: encode(response.signature),
    userHandle: response.userHandle ? encode(response.userHandle) : null,
  });
}

/**
 * A passkey, with its response as the kind that was asked for.
 * @template {AuthenticatorResponse} T
 * @param {Credential | null} credential
 * @param {{ new (): T }} kind
 */
function parts(credential, kind) {
  if (!(credential instanceof PublicKeyCredential) || !(credential.response instanceof kind)) {
    throw new Error("The browser gave no passkey.");
  }
  return { key: credential, response: credential.response };
}

/**
 * @param {PublicKeyCredential} credential
 * @param {Record<string, unknown>} response
 */
function sent(credential, response) {
  return {
    type: credential.type,
    id: credential.id,
    rawId: encode(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

/** @param {HTMLButtonElement} button */
async function use(button) {
  const { form } = button;
  if (!form) return;
  const held = document.getElementById(button.dataset.passkeyOptions ?? "");
  const options = held ? JSON.parse(held.textContent ?? "") : { request_options: await askedFor(form) };
  const answer = options.creation_options
    ? await made(options.creation_options, Boolean(field(form, "passwordless")?.checked))
    : await shown(options.request_options);
  field(form, "credential").value = JSON.stringify(answer);
  form.submit();
}

for (const button of every(document, "[data-passkey]", HTMLButtonElement)) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    // Somebody who thinks better of it stays on the page.
    use(button).catch((fault) => console.warn(fault));
  });
}
