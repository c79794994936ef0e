"""Who signs in where: the bot for its daily work, another account to take back."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from knowledge_base.settings import Place, Settings
from wikibot.hands.errors import NotConfigured
from wikibot.hands.reader import Reader
from wikibot.hands.site import PATIENCE, connect, with_contact
from wikibot.hands.wiki import Wiki, WithdrawalWiki

if TYPE_CHECKING:
    from wikibot.hands.account import Account
    from wikibot.hands.mediawiki import MediaWiki


class Doors(Protocol):
    """The ways to one wiki; each is opened only when it is needed."""

    def bot(self) -> Wiki:
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

    def bot(self) -> Wiki:
        return _as_wiki(self._account(self._place.account, "account"))

    def withdrawal(self) -> WithdrawalWiki:
        account = self._account(self._place.withdrawal_account, "withdrawal_account")
        # Not before: it brings pywikibot with it, see `connect`.
        from wikibot.hands.taking_back import TakingBack

        return TakingBack(account)

    def deploy(self) -> "MediaWiki":
        """The account that writes templates."""
        return _as_wiki(self._account(self._place.deploy_account, "deploy_account"))

    def ledger(self) -> Path:
        """What was last deployed there."""
        return self._settings.home / "bot" / f"{self._destination}.deployed.json"

    @property
    def _place(self) -> Place:
        return self._settings.place(self._destination)

    def _account(self, name: str, setting: str) -> "Account":
        if not name:
            raise NotConfigured(self._destination, setting)
        return connect(
            self._settings, self._destination, account=name, patience=self._patience
        )

    def reader(self) -> Reader:
        place = self._settings.place(self._destination)
        return Reader(with_contact(place, self._settings), patience=self._patience)

    def lock(self, what: str) -> Path:
        return self._settings.home / "bot" / f"{self._destination}.{what}.lock"


def _as_wiki(account: "Account") -> "MediaWiki":
    # Not before: it brings pywikibot with it, see `connect`.
    from wikibot.hands.mediawiki import MediaWiki

    return MediaWiki(account)
