// Asks the device for a passkey and sends what it answers with the form. Forms say data-passkey="get" or "create".
(() => {
  "use strict";
  const possible = Boolean(window.PublicKeyCredential && navigator.credentials);

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const keys = (listed) => (listed || []).map((key) => ({ ...key, id: bytes(key.id) }));

  async function options(form) {
    const answer = await fetch(form.dataset.options, {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    });
    if (!answer.ok) throw new Error(answer.statusText);
    const wanted = await answer.json();
    wanted.challenge = bytes(wanted.challenge);
    if (wanted.user) wanted.user.id = bytes(wanted.user.id);
    if (wanted.excludeCredentials) wanted.excludeCredentials = keys(wanted.excludeCredentials);
    if (wanted.allowCredentials) wanted.allowCredentials = keys(wanted.allowCredentials);
    return wanted;
  }

  function told(credential) {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
  }

  async function ask(form) {
    const failed = form.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    try {
      const publicKey = await options(form);
      const credential =
        form.dataset.passkey === "create"
          ? await navigator.credentials.create({ publicKey })
          : await navigator.credentials.get({ publicKey });
      form.elements.credential.value = told(credential);
      form.submit();
    } catch {
      failed.hidden = false;
    }
  }

  for (const form of possible ? document.querySelectorAll("form[data-passkey]") : []) {
    form.querySelector("[data-passkey-button]").hidden = false;
    form.querySelector("[data-passkey-without]").hidden = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.reportValidity()) ask(form);
    });
  }
})();
