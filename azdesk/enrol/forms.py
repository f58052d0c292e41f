"""All forms in which an account can be handed over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final

from azdesk.core.secret import Secret
from azdesk.enrol import addresses, client, linphone, vcard
from azdesk.enrol.account import Account
from azdesk.enrol.payload import Payload


@dataclass(frozen=True, kw_only=True)
class Form:
    """One form."""

    key: str
    title: str
    contains: str
    """What is in it, in a sentence."""
    for_: str
    """Which program reads it; key of the steps in `azdesk.enrol.words`."""
    has_password: bool
    as_code: bool = True
    """Whether it is meant to be a QR code; else it is a file only."""
    ending: str = ".txt"
    """Of a file with it."""
    build: Callable[[Account], str]

    def payload(self, account: Account) -> Payload:
        """What this person is handed.

        Raises:
            EnrolmentError: a value is missing or would break the form; names person and field.
        """
        return Payload(
            form=self.key, uid=account.uid, text=Secret(self.build(account)), has_password=self.has_password
        )


def _client(layout: client.Layout) -> Form:
    return Form(
        key=f"azblink-{layout.version}",
        title="Azblink phone client"
        if len(client.LAYOUTS) == 1
        else f"Azblink phone client, form {layout.version}",
        contains="Addresses, account and number, and the password in clear, for chat and calls.",
        for_="client",
        has_password=True,
        build=partial(client.text, layout=layout),
    )


FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        form.key: form
        for form in (
            *(_client(layout) for layout in client.LAYOUTS.values()),
            Form(
                key="xmpp",
                title="XMPP address",
                contains="The chat address alone; the person types the password.",
                for_="xmpp",
                has_password=False,
                build=addresses.xmpp,
            ),
            Form(
                key="linphone",
                title="Linphone, by address",
                contains="The address from which Linphone fetches the person's file. The file has the password in clear.",
                for_="linphone",
                has_password=False,
                build=linphone.address,
            ),
            Form(
                key="linphone-file",
                title="Linphone file",
                contains="Number, server and the password in clear, to be put on an https server for Linphone.",
                for_="linphone",
                has_password=True,
                as_code=False,
                ending=".xml",
                build=linphone.document,
            ),
            Form(
                key="vcard",
                title="Contact (vCard)",
                contains="Name, chat address, number and e-mail, for other people's address books. No password.",
                for_="vcard",
                has_password=False,
                ending=".vcf",
                build=vcard.text,
            ),
        )
    }
)
"""Key → form, in the order in which they are offered."""

CODES: Final[tuple[str, ...]] = tuple(key for key, form in FORMS.items() if form.as_code)
"""Keys of the forms that can be a QR code."""
