"""Who signs in where: the bot for its daily work, another account to take back."""

from pathlib import Path
from typing import Protocol

from knowledge_base.settings import Settings
from wikibot.hands.errors import NotConfigured
from wikibot.hands.reader import Reader
from wikibot.hands.site import PATIENCE, connect, with_contact
from wikibot.hands.wiki import WithdrawalWiki


class Doors(Protocol):
    """The ways to one wiki; each is opened only when it is needed."""

    def bot(self) -> WithdrawalWiki:
        """The account that saves pages."""

    def withdrawal(self) -> WithdrawalWiki:
        """The account that hides and deletes."""

    def reader(self) -> Reader:
        """Anyone."""

    def lock(self, what: str) -> Path:
        """The file that one run at a time holds for `what`."""


class SettingsDoors:
    """The doors that the settings of this installation name."""

    def __init__(
        self, settings: Settings, destination: str, *, patience: float = PATIENCE
    ) -> None:
        self._settings, self._destination = settings, destination
        self._patience = patience

    def bot(self) -> WithdrawalWiki:
        return connect(self._settings, self._destination, patience=self._patience)

    def withdrawal(self) -> WithdrawalWiki:
        place = self._settings.place(self._destination)
        if not place.withdrawal_account:
            raise NotConfigured(self._destination, "withdrawal_account")
        return connect(
            self._settings,
            self._destination,
            account=place.withdrawal_account,
            patience=self._patience,
        )

    def reader(self) -> Reader:
        place = self._settings.place(self._destination)
        return Reader(with_contact(place, self._settings), patience=self._patience)

    def lock(self, what: str) -> Path:
        return self._settings.home / "bot" / f"{self._destination}.{what}.lock"
