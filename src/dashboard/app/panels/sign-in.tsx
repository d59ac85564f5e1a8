import { useState } from 'preact/hooks';
import { isToken, trimToken } from '../access.js';
import { access } from '../tab.js';

/** Asks for a token where the gateway wants one. The field has no name: not even a page without script could put it in the URL. */
export function SignIn({ because }: { because: string }) {
  const [fault, setFault] = useState<string | undefined>(undefined);
  const submit = (event: Event) => {
    event.preventDefault();
    const field = event.currentTarget instanceof HTMLFormElement ? event.currentTarget.elements[0] : undefined;
    if (!(field instanceof HTMLInputElement)) return;
    const token = trimToken(field.value);
    if (isToken(token)) access.signIn(token);
    else setFault('This is no token: it has three parts of letters and digits, with dots between them.');
  };
  return (
    <section class="panel sign-in" aria-labelledby="sign-in-title">
      <h2 id="sign-in-title">Sign in</h2>
      <p>
        The gateway wants a token: <em>{because}</em>. Ask whoever runs this installation for one. It is kept in this
        tab only, until the tab is closed or you sign out.
      </p>
      <form onSubmit={submit} autocomplete="off">
        <label>
          Token{' '}
          <input
            type="password"
            autocomplete="off"
            spellcheck={false}
            required
            aria-describedby={fault === undefined ? undefined : 'token-fault'}
            aria-invalid={fault === undefined ? undefined : true}
          />
        </label>{' '}
        <button type="submit">Sign in</button>
        {fault === undefined ? null : (
          <p id="token-fault" role="alert" class="state failed">
            {fault}
          </p>
        )}
      </form>
    </section>
  );
}
