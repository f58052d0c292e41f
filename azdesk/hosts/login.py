"""Logging in: keys, agent, password, keyboard-interactive, in the order the ssh command has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from azdesk.core.errors import AzdeskError, CredentialError, LinkLost, LoginRefused
from azdesk.core.secret import Secret
from azdesk.fleet.credentials import SecretSource, reject
from azdesk.hosts.keys import DEFAULT_KEYS, KeyFile, WrongPassphraseError
from azdesk.hosts.lean import Connection, paramiko
from azdesk.hosts.route import Hop
from azdesk.hosts.unlocked import UnlockedKeys

ASKING_TIMEOUT = 180.0
"""Seconds for a login at which a person answers questions."""
LOGIN_TIMEOUT = 20.0
"""Seconds for a login without."""

_PASSWORD = re.compile(
    r"pass(word|wort|code)?\b|passwor|kennwort|mot de passe|contraseña|пароль", re.IGNORECASE
)


class Login:
    """One login on one connection.

    Args:
        where: the host for error texts; for a jump host with the one it leads to.
    """

    def __init__(
        self, connection: Connection, hop: Hop, secrets: SecretSource, unlocked: UnlockedKeys, where: str
    ) -> None:
        self._connection = connection
        self._hop = hop
        self._secrets = secrets
        self._unlocked = unlocked
        self._where = where
        self._tried: list[str] = []
        self._allowed: tuple[str, ...] = ()
        self._unopened: list[Path] = []
        self._unusable: list[Path] = []

    def run(self) -> None:
        """Log in.

        Raises:
            LoginRefused: the host does not accept what there is.
            CredentialError: a password, passphrase or key is missing.
            LinkLost: the host ended the connection while logging in.
        """
        self._connection.auth_timeout = LOGIN_TIMEOUT
        ways: dict[str, tuple[Callable[[], bool], ...]] = {
            "automatic": (self._by_keys, self._by_locked_keys, self._by_offered_password),
            "agent": (self._by_agent,),
            "key": (self._by_key_file,),
            "password": (self._by_password,),
            "keyboard-interactive": (self._by_questions,),
        }
        try:
            if not any(way() for way in ways[self._hop.method]):
                raise self._refused()
        except paramiko.SSHException as error:
            raise self._ended(error) from error
        except EOFError as error:
            raise self._ended(error) from error

    # -- ways ----------------------------------------------------------------------------------------------

    def _by_agent(self) -> bool:
        offered = False
        for key in self._agent_keys():
            offered = True
            if self._offer(key, "the agent's keys"):
                return True
        if not offered:
            raise CredentialError(
                "The SSH agent holds no key, or none is running.",
                where=self._where,
                next_step="Add a key with ssh-add, or choose another method in the credential.",
            )
        return False

    def _by_key_file(self) -> bool:
        file = KeyFile.read(Path(self._hop.key_files[0]))
        for key in self._agent_keys(file.public) if file.encrypted else ():
            if self._offer(key, "the key"):
                return True
        return self._offer(self._unlock(file), "the key")

    def _by_keys(self) -> bool:
        for key in self._agent_keys(*self._own_publics()):
            if self._offer(key, "the agent's keys"):
                return True
        for file in self._files():
            if file.encrypted:
                continue
            try:
                key = file.unlock(None)
            except CredentialError:
                self._unusable.append(file.path)  # a security key's file, for instance: others may do
                continue
            if self._offer(key, "the key files"):
                return True
        return False

    def _by_locked_keys(self) -> bool:
        if self._allowed and "publickey" not in self._allowed:
            return False
        for file in self._files():
            if not file.encrypted:
                continue
            try:
                if self._offer(self._unlock(file), "the key files"):
                    return True
            except CredentialError:
                self._unopened.append(file.path)
        return False

    def _by_offered_password(self) -> bool:
        allowed = self._ask_allowed()
        if not {"password", "keyboard-interactive"} & set(allowed):
            return False
        password = self._secrets.get(self._hop.credential, "password")
        return password is not None and self._offer_password(password)

    def _by_password(self) -> bool:
        password = self._secrets.get(self._hop.credential, "password")
        if password is None:
            raise self._missing("password")
        return self._offer_password(password)

    def _by_questions(self) -> bool:
        self._connection.auth_timeout = ASKING_TIMEOUT
        failure: list[AzdeskError] = []
        used: list[tuple[str, Secret]] = []

        def answer(_title: str, _instructions: str, prompts: Sequence[tuple[str, bool]]) -> list[str]:
            # Called in the connection's own thread: an exception here would take the connection with it.
            answers = []
            for prompt, shown in prompts:
                try:
                    what, secret = self._answer(prompt, shown=shown, again=bool(used))
                except AzdeskError as error:
                    failure.append(error)
                    return [""] * len(prompts)
                used.append((what, secret))
                answers.append(secret.reveal())
            return answers

        self._tried.append("the answers")
        try:
            left = self._connection.auth_interactive(self._hop.user, answer)
        except paramiko.BadAuthenticationType as error:
            self._allowed = tuple(error.allowed_types)
            return False
        except paramiko.AuthenticationException:
            if failure:
                raise failure[0] from None
            for what, secret in used:
                reject(self._secrets, self._hop.credential, what, secret)
            if not self._connection.is_active():
                raise
            return False
        return self._next_factor(left)

    def _answer(self, prompt: str, *, shown: bool, again: bool) -> tuple[str, Secret]:
        """What the answer is kept as, and the answer."""
        what, secret = "password", None
        if not shown and not again and _PASSWORD.search(prompt):
            secret = self._secrets.get(self._hop.credential, what)
        if secret is None:
            what = f"answer: {prompt.strip()}"
            secret = self._secrets.get(self._hop.credential, what)
        if secret is None:
            raise CredentialError(
                f"The host asks “{prompt.strip()}” and there is nobody to answer.",
                where=self._where,
                next_step="Log in from the window, or keep the answer as the credential's password.",
            )
        return what, secret

    # -- single offers -------------------------------------------------------------------------------------

    def _offer(self, key: paramiko.PKey, what: str) -> bool:
        if what not in self._tried:
            self._tried.append(what)
        try:
            left = self._connection.auth_publickey(self._hop.user, key)
        except paramiko.BadAuthenticationType as error:
            self._allowed = tuple(error.allowed_types)
            return False
        except paramiko.AuthenticationException:
            if not self._connection.is_active():
                raise
            return False
        return self._next_factor(left)

    def _offer_password(self, password: Secret) -> bool:
        self._tried.append("the password")
        try:
            left = self._connection.auth_password(self._hop.user, password.reveal())
        except paramiko.BadAuthenticationType as error:
            self._allowed = tuple(error.allowed_types)
            if "keyboard-interactive" in self._allowed:
                # Paramiko has given it as the answer to the host's question already.
                reject(self._secrets, self._hop.credential, "password", password)
            return False
        except paramiko.AuthenticationException:
            reject(self._secrets, self._hop.credential, "password", password)
            if not self._connection.is_active():
                raise
            return False
        return self._next_factor(left)

    def _next_factor(self, left: Sequence[str]) -> bool:
        """After a success that is not enough: hosts may want a key and then a password or code."""
        if self._connection.is_authenticated():
            return True
        self._allowed = tuple(left)
        done = len(self._tried)
        if done > 4:
            return False
        if "keyboard-interactive" in left:
            return self._by_questions()
        if "password" in left:
            return self._by_password()
        return False

    # -- keys ----------------------------------------------------------------------------------------------

    def _agent_keys(self, *preferred: bytes | None) -> Iterator[paramiko.PKey]:
        """The agent's keys, those of the key files first; only those where IdentitiesOnly says so."""
        wanted = [blob for blob in preferred if blob]
        only = self._hop.identities_only or self._hop.method == "key"
        try:
            agent = paramiko.Agent()
        except (paramiko.SSHException, OSError):
            return
        try:
            keys = list(agent.get_keys())
            keys.sort(key=lambda key: key.asbytes() not in wanted)
            for key in keys:
                if not only or key.asbytes() in wanted:
                    yield key
        finally:
            agent.close()

    def _own_publics(self) -> Iterator[bytes | None]:
        for file in self._files():
            yield file.public

    def _files(self) -> Iterator[KeyFile]:
        for name in self._hop.key_files or DEFAULT_KEYS:
            path = Path(name).expanduser()
            if path.exists():
                try:
                    yield KeyFile.read(path)
                except CredentialError:
                    continue  # another user's key, named in a common configuration

    def _unlock(self, file: KeyFile) -> paramiko.PKey:
        known = self._unlocked.get(file)
        if known is not None:
            return known
        with self._unlocked.lock:
            known = self._unlocked.get(file)
            if known is not None:
                return known
            passphrase = self._secrets.get(self._hop.credential, "passphrase") if file.encrypted else None
            if file.encrypted and passphrase is None:
                raise self._missing("passphrase")
            try:
                key = file.unlock(passphrase)
            except WrongPassphraseError:
                reject(self._secrets, self._hop.credential, "passphrase", passphrase)
                raise CredentialError(
                    "The passphrase does not open the key.",
                    where=str(file.path),
                    next_step=f"Enter it again for the credential “{self._hop.credential}”.",
                ) from None
            self._unlocked.put(file, key)
            return key

    # -- errors --------------------------------------------------------------------------------------------

    def _ask_allowed(self) -> tuple[str, ...]:
        if not self._allowed and self._connection.is_active():
            try:
                self._connection.auth_none(self._hop.user)
            except paramiko.BadAuthenticationType as error:
                self._allowed = tuple(error.allowed_types)
            except paramiko.AuthenticationException:
                pass
        return self._allowed

    def _refused(self) -> AzdeskError:
        try:
            allowed = ", ".join(self._ask_allowed())
        except (paramiko.SSHException, EOFError):
            allowed = ""
        what = " and ".join(self._tried) or "the login without a key"
        text = f"It refused {what} of {self._hop.user}."
        if allowed:
            text += f" Its sshd allows: {allowed}."
        if self._unopened:
            names = ", ".join(path.name for path in self._unopened)
            text += f" Not tried, because there is no passphrase: {names}."
        if self._unusable:
            names = ", ".join(path.name for path in self._unusable)
            text += f" Not tried, because AZDesk cannot use them: {names}."
        return LoginRefused(
            text, where=self._where, next_step="Check the user, and the key or password of the credential."
        )

    def _ended(self, error: Exception) -> AzdeskError:
        if self._connection.is_active():
            return LoginRefused(f"The login failed: {error}.", where=self._where)
        if "many authentication failures" in str(error) or (len(self._tried) and "agent" in self._tried[0]):
            return LoginRefused(
                f"It ended the connection after too many keys of {self._hop.user} that it does not know.",
                where=self._where,
                next_step="Choose one key file in the credential instead of all keys of the agent.",
            )
        return LinkLost(
            "It ended the connection while logging in.", where=self._where, next_step="Try again."
        )

    def _missing(self, what: str) -> CredentialError:
        return CredentialError(
            f"There is no {what} for the credential “{self._hop.credential}”.",
            where=self._where,
            next_step=f"Enter the {what} in the window, or keep it in the keyring.",
        )
