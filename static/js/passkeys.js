// Passkeys: without JavaScript the other ways to sign in stay. Needs webauthn-json.js (allauth) before it.
(() => {
  const { webauthnJSON } = window
  if (!webauthnJSON || !webauthnJSON.supported()) return

  const options = () => JSON.parse(document.getElementById('passkey-options').textContent)

  const acts = {
    async 'sign-in' (form) {
      const response = await fetch(form.action, { headers: { Accept: 'application/json' } })
      if (!response.ok) throw new Error(`status ${response.status}`)
      return webauthnJSON.get((await response.json()).request_options)
    },
    async confirm () {
      return webauthnJSON.get(options().request_options)
    },
    async add () {
      const wanted = options().creation_options
      // A key that is found by itself and asks for finger, face or code: it can sign in alone.
      Object.assign(wanted.publicKey.authenticatorSelection, {
        residentKey: 'required',
        requireResidentKey: true,
        userVerification: 'required'
      })
      return webauthnJSON.create(wanted)
    }
  }

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const problem = form.querySelector('.passkey-problem')
    form.hidden = false
    form.addEventListener('submit', async (event) => {
      event.preventDefault()
      problem.hidden = true
      try {
        const credential = await acts[form.dataset.passkey](form)
        form.elements.credential.value = JSON.stringify(credential)
        form.submit()
      } catch {
        problem.hidden = false
      }
    })
  }
})()
