// Passkeys: a button (data-passkey) asks the browser for one and sends its answer with the form it stands in. What to ask
// for is in the page (data-passkey-options names the element that holds it) or, at sign-in, behind the form's own address.
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const decode = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const decodeIds = (credentials) => credentials?.map((credential) => ({ ...credential, id: decode(credential.id) }));

async function askedFor(form) {
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`The site answered ${answer.status}.`);
  return (await answer.json()).request_options;
}

// A new passkey; one that is to sign in without a password must know for itself who holds it.
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
  const { attestationObject, clientDataJSON } = credential.response;
  return sent(credential, {
    attestationObject: encode(attestationObject),
    clientDataJSON: encode(clientDataJSON),
    transports: credential.response.getTransports?.() ?? [],
  });
}

async function shown({ publicKey }) {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: decode(publicKey.challenge),
      allowCredentials: decodeIds(publicKey.allowCredentials),
    },
  });
  const { authenticatorData, clientDataJSON, signature, userHandle } = credential.response;
  return sent(credential, {
    authenticatorData: encode(authenticatorData),
    clientDataJSON: encode(clientDataJSON),
    signature: encode(signature),
    userHandle: userHandle ? encode(userHandle) : null,
  });
}

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

async function use(button) {
  const { form } = button;
  const held = document.getElementById(button.dataset.passkeyOptions);
  const options = held ? JSON.parse(held.textContent) : { request_options: await askedFor(form) };
  const answer = options.creation_options
    ? await made(options.creation_options, Boolean(form.elements.passwordless?.checked))
    : await shown(options.request_options);
  form.elements.credential.value = JSON.stringify(answer);
  form.submit();
}

for (const button of document.querySelectorAll("[data-passkey]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    // Somebody who thinks better of it stays on the page.
    use(button).catch((fault) => console.warn(fault));
  });
}
