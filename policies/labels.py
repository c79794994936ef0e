"""The registry of labels and notices: facts about them, and our own paraphrases.

A label is found by (family, type) and by nothing else: `clan` exists in both families,
two systems in use have swapped codes, and communities rename labels.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from policies.plain_yaml import read
from policies.shapes import Reader

SHIPPED = Path(__file__).parent / "registry"
LANGUAGES = ("en", "ar", "zh")


class Family(StrEnum):
    """Traditional Knowledge or Biocultural."""

    TK = "tk"
    BC = "bc"


class Category(StrEnum):
    """What a label speaks about."""

    PROVENANCE = "provenance"
    PROTOCOL = "protocol"
    PERMISSION = "permission"


class NoticeKind(StrEnum):
    """Which set of notices it belongs to."""

    DISCLOSURE = "disclosure"
    ENGAGEMENT = "engagement"
    COLLECTIONS_CARE = "collections_care"


@dataclass(frozen=True, slots=True)
class LabelType:
    """One type of label; `paraphrase` is ours, per language."""

    family: Family
    label_type: str
    code: str
    name: str
    category: Category
    page: str
    paraphrase: Mapping[str, str]

    @property
    def type(self) -> str:
        """The label type, which alone identifies nothing."""
        return self.label_type

    @property
    def key(self) -> str:
        """The identity: "tk/seasonal"."""
        return f"{self.family}/{self.label_type}"


@dataclass(frozen=True, slots=True)
class NoticeType:
    """One type of notice; `page` is empty where there is none."""

    notice_type: str
    name: str
    kind: NoticeKind
    in_hub_api: bool
    page: str
    paraphrase: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Registry:
    """All labels and notices we know; what is not in it is asked about, not passed."""

    labels: Mapping[str, LabelType]
    notices: Mapping[str, NoticeType]

    def find_label(self, family: str, label_type: str) -> LabelType | None:
        """The label of that family and type, or `None` for an unknown one."""
        return self.labels.get(f"{family}/{label_type}")

    def find_notice(self, notice_type: str) -> NoticeType | None:
        """The notice of that type, or `None` for an unknown one."""
        return self.notices.get(notice_type)


def read_registry(folder: Path) -> Registry:
    """The registry in that folder; raises `PolicyFileError` with all its faults."""
    reader = Reader()
    labels: dict[str, LabelType] = {}
    for node in reader.items(read(folder / "labels.yaml")):
        label = reader.into(node, LabelType)
        if label is not None and label.key in labels:
            reader.fault(node, f"{label.key} stands here twice", "keep one of them")
        elif label is not None:
            labels[label.key] = label
    notices: dict[str, NoticeType] = {}
    for node in reader.items(read(folder / "notices.yaml")):
        notice = reader.into(node, NoticeType)
        if notice is not None and notice.notice_type in notices:
            wrong = f"{notice.notice_type} stands here twice"
            reader.fault(node, wrong, "keep one of them")
        elif notice is not None:
            notices[notice.notice_type] = notice
    reader.finish()
    return Registry(MappingProxyType(labels), MappingProxyType(notices))


@lru_cache(maxsize=1)
def registry() -> Registry:
    """The shipped registry, read once."""
    return read_registry(SHIPPED)
