"""All choices for a batch of sheets, as one value."""

from __future__ import annotations

from dataclasses import dataclass

from azdesk.enrol.forms import FORMS
from azdesk.enrol.layouts import LAYOUTS, Layout, Paper
from azdesk.enrol.qr import Level
from azdesk.enrol.words import WORDS, Words


@dataclass(frozen=True, kw_only=True)
class Design:
    """All choices for a batch."""

    layout: str = "sheet"
    paper: Paper = Paper.A4
    """Only where the layout is not a stock with a paper of its own."""
    form: str = "azblink-1"
    language: str = "en"
    level: Level | None = None
    """Error correction; None: the strongest that scans well."""
    has_logo: bool = False
    steps: tuple[str, ...] = ()
    """Instead of ours; empty: ours, for the form and the language."""
    notice: str = ""
    """Handling notice instead of ours."""
    show_password: bool = False
    """Whether the password is printed in letters too."""
    date: str = ""
    """Printed on sheets; empty: none."""
    first: int = 0
    """Cells left free on the first page: labels that are used up already."""
    shift: tuple[float, float] = (0.0, 0.0)
    """By how much everything is moved to the right and down, for a printer that feeds askew, in mm."""

    @property
    def chosen(self) -> Layout:
        """The layout."""
        return LAYOUTS[self.layout]

    @property
    def page(self) -> Paper:
        """The paper that is printed on."""
        return self.chosen.paper or self.paper

    @property
    def words(self) -> Words:
        """In the language chosen."""
        return WORDS[self.language]

    @property
    def is_secret(self) -> bool:
        """Whether what is printed lets others in, so that it has to be handled with care."""
        # The address of a Linphone file is as good as the password that is in the file.
        return FORMS[self.form].has_password or self.show_password or self.form == "linphone"
