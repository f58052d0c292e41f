"""A trunk to somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from azdesk.core.secret import Secret
from azdesk.fleet import edit, secret_names
from azdesk.fleet.voice import Trunk
from azdesk.ui.dialogs.keeping import Place
from azdesk.ui.dialogs.secrets import keeper
from azdesk.ui.editors.base import fill_choices, while_there
from azdesk.ui.forms.trunk import Ui_TrunkDialog
from azdesk.ui.mapping.words import filled
from azdesk.ui.numbers.choices import DTMF, TRANSPORTS, dtmf_words, transport_words
from azdesk.ui.numbers.entry_dialog import EntryDialog
from azdesk.ui.relative import exact
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from azdesk.core.progress import Job
    from azdesk.fleet.model import Fleet
    from azdesk.fleet.secret_names import Named
    from azdesk.ui.workbench import Workbench

_KEYS = (
    "address",
    "port",
    "hosts",
    "gateway_for",
    "transport",
    "authentication",
    "user",
    "challenge",
    "sources",
    "from_user",
    "from_domain",
    "outbound_proxy",
    "codecs",
    "srtp",
    "dtmf",
    "caller_id",
    "max_calls",
    "qualify",
    "record",
    "note",
)


class TrunkDialog(EntryDialog):
    """All fields of a trunk. Its password goes to the secrets; the document says only since when there is one."""

    table = "trunks"
    keys = _KEYS
    usual = MappingProxyType(
        {
            **{key: getattr(Trunk(address="192.0.2.1"), key) for key in (*_KEYS, "password_since")},
            "address": "",
        }
    )
    lists = ("sources", "codecs")
    together = MappingProxyType({"port": "address"})

    def __init__(
        self,
        workbench: Workbench,
        *,
        name: str = "",
        begin: Mapping[str, Any] | None = None,
        after: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(workbench, Ui_TrunkDialog(), name=name, begin=begin, after=after, parent=parent)
        ui, fleet = self.ui, workbench.fleet
        self._kept_as = _secret_of(self.values)
        """Under which name the password is kept as the document stands; None: there is none."""
        self._entered = ""
        fill_choices(ui.transport, [(transport_words(one), one) for one in TRANSPORTS])
        fill_choices(ui.dtmf, [(dtmf_words(one), one) for one in DTMF])
        fill_choices(
            ui.authentication,
            [
                (self.tr("Addresses alone"), "address"),
                (self.tr("User and password"), "password"),
                (self.tr("Registering there with user and password"), "registration"),
            ],
        )
        others = {name for name, host in fleet.hosts.items() if "application" in host.roles}
        ui.gateway_for.set_names(
            [one for one in fleet.hosts if one in others.union(self.values["gateway_for"])],
            self.values["gateway_for"],
        )
        ui.port.setAccessibleName(self.tr("Port"))
        self.rows["password"] = ui.password_row
        ui.password.textEdited.connect(self._password_typed)
        title = filled(self.tr("Trunk %1"), name) if name else self.tr("New trunk")
        self.begin(title, edit.free_name(fleet.trunks, "provider"), ui.address)
        self._ask_where_kept()

    def concerned(self, key: str) -> bool:
        if key == "gateway_for":  # a trunk that is at all hosts needs no way to it
            return bool(self.ui.hosts.names())
        return key not in ("user", "challenge") or self.ui.authentication.currentData() != "address"

    def show_fields(self) -> None:
        ui = self.ui
        with_password = self.concerned("user")
        for row in (ui.user_row, ui.password_row, ui.challenge_row):
            row.setVisible(with_password)
        ui.gateway_for_row.setVisible(self.concerned("gateway_for"))
        tls = ui.transport.currentData() == "tls"
        ui.port.setSpecialValueText(filled(self.tr("port %1"), 5061 if tls else 5060))
        ui.password.setPlaceholderText(self.tr("as it is") if self.values["password_since"] else "")

    def check(self) -> dict[str, str]:
        from azdesk.app.supplying import unsayable

        found = super().check()
        password = self.ui.password.text()
        if password and self.concerned("user") and (problem := unsayable(Secret(password))):
            found["password"] = problem
        self.ui.password_row.set_problem(found.get("password", ""))
        return found

    def draft(self) -> dict[str, Any]:
        found = super().draft()
        if self.concerned("user"):
            # A copy for another user has no password yet; where the user of a trunk changes, the password goes along.
            same = bool(self.old) or _secret_of(found) == self._kept_as
            found["password_since"] = self._entered or (self.values["password_since"] if same else "")
        return found

    def made(self) -> Fleet:
        return self._with(edit.add_trunk, edit.rename_trunk)

    def words(self) -> str:
        words = self.tr("Change the trunk %1") if self.old else self.tr("Add the trunk %1")
        return filled(words, self.name)

    def kept(self) -> None:
        """Keep a new password, or the old one under the name that belongs to another user or address."""
        trunk = self.workbench.fleet.trunks[self._normal(self.name)]
        named, old = _secret_of(vars(trunk)), self._kept_as if self.old else None
        secret = Secret(self.ui.password.text())
        if named is None or not (secret or (old and old != named)):
            return
        place = keeper(self.workbench)

        def work(_job: Job) -> None:
            name, purpose = named
            if secret:
                place.keep(name, purpose, secret, Place.KEYRING if place.state.usable else Place.FILE)
            elif old is not None:
                place.copy(old[0], name)

        title = filled(self.tr("Keeping the password of the trunk %1"), self.name)
        self.workbench.run(work, title=title, cancellable=False)

    # -- the password ------------------------------------------------------------------------------------------

    def _password_typed(self, text: str) -> None:
        from datetime import UTC, datetime

        # Hosts cannot see that a password is another one by now: the document says since when.
        self._entered = datetime.now(UTC).isoformat(timespec="seconds") if text else ""
        self.check()

    def _ask_where_kept(self) -> None:
        """Say whether there is a password, once the keyring has answered."""
        ui, since, named = self.ui, self.values["password_since"], self._kept_as
        if named is None or not self.old:
            return
        place = keeper(self.workbench)

        def work(_job: Job) -> Place | None:
            return place.kept(named[0]).get(named[1])

        def show(found: Place | None) -> None:
            when = filled(self.tr("Entered %1."), _moment(since)) if since else ""
            if found is not None:
                words, state = when or self.tr("There is one in the keyring."), State.RIGHT
            elif since:
                words = self.tr(
                    "%1 It is not in the keyring here: it is looked for, or asked for, when it is needed."
                )
                words, state = filled(words, when), State.UNKNOWN
            else:
                words, state = (
                    self.tr("It was never entered: the trunk cannot log in without it."),
                    State.DIFFERS,
                )
            ui.password_row.set_checked(state, words)

        self.workbench.run(work, title="", done=while_there(self, show), quiet=True, hidden=True)


def _secret_of(values: Mapping[str, Any]) -> Named | None:
    """Under which name the password of a trunk with these values is kept; None: it has none."""
    if values["authentication"] == "address" or not (values.get("user") and values["address"]):
        return None
    return secret_names.trunk_at(values["user"], values["address"])


def _moment(since: str) -> str:
    """When that was; by hand anything may have been written there."""
    from datetime import datetime

    try:
        return exact(datetime.fromisoformat(since).astimezone())
    except ValueError:
        return since
