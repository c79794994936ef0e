"""What leaves the knowledge base: no more than the decision and its duties allow."""

import json
from dataclasses import replace
from typing import Any

import pytest

from policies.content import Field, FieldType
from policies.decision import Decision, Duty, DutyKind
from policies.errors import NotSealed
from policies.view import OwnWords, PublicView, public_view
from policies.visibility import Visibility
from tests.policies.making import RIVER, decided, facts

T = FieldType
CONTENT = (
    Field("title", T.TEXT, ("Basket from Lower Ford",), True),
    Field("identifier", T.IDENTIFIER, ("lower-ford-12",), True),
    Field("maker", T.NAME, ("Ada Quill",), True),
    Field("culture", T.NAME, ("Ford People",), True),
    Field("place", T.PLACE, ("51.50740, -0.12780", "Lower Ford"), True),
    Field("description", T.TEXT, ("By Quill, Ada, at 51.50740, -0.12780.",), True),
    Field("note", T.TEXT, ("canary",), False),
    Field("photo", T.MEDIA, ("ada.jpg",), True),
    Field("link", T.LINK, ("https://example.org/ada-quill",), True),
)
PERSON = "f" * 32


def made(*duties: Duty, visibility: Visibility = Visibility.FULL) -> Decision:
    return replace(
        decided(facts()),
        visibility=visibility,
        at_most=visibility,
        duties=frozenset(duties),
    )


def view(decision: Decision, **more: Any) -> PublicView:
    return public_view("a" * 32, "item", CONTENT, decision, **more)


def text_of(shown: PublicView) -> str:
    return shown.canonical


def test_only_this_module_can_make_a_public_view() -> None:
    with pytest.raises(NotSealed):
        PublicView(record="a", kind="item", visibility=Visibility.FULL, seal=object())


def test_a_view_cannot_be_changed_into_another() -> None:
    with pytest.raises(ValueError, match="seal"):
        replace(view(made()), kind="other")  # type: ignore[call-arg] # that is the point


def test_nothing_at_all_is_seen_of_what_is_not_shown() -> None:
    label = Duty(DutyKind.SHOW_LABEL, "tk/clan", RIVER)
    warning = Duty(DutyKind.WARN, "mourning")
    shown = view(made(label, warning, visibility=Visibility.NONE))
    assert json.loads(shown.canonical) == {
        "record": "a" * 32,
        "kind": "",
        "visibility": "none",
        "fields": [],
        "labels": [],
        "notices": [],
        "warnings": [],
        "attribution": [],
        "caveats": [],
    }


def test_a_stub_has_its_kind_and_the_names_of_notices_and_no_more() -> None:
    duties = (
        Duty(DutyKind.SHOW_NOTICE, "traditional_knowledge"),
        Duty(DutyKind.SHOW_LABEL, "tk/clan", RIVER),
    )
    shown = view(made(*duties, visibility=Visibility.STUB))
    assert (shown.kind, shown.fields, shown.labels) == ("item", (), ())
    assert shown.notices == ("traditional_knowledge",)


def test_a_secret_has_no_stub() -> None:
    secret = replace(made(visibility=Visibility.STUB), keeps_secret=True)
    assert view(secret) == view(made(visibility=Visibility.NONE))


def test_a_field_that_is_not_public_is_never_shown() -> None:
    assert "canary" not in text_of(view(made()))


def test_media_stay_inside_until_a_rule_clears_them() -> None:
    assert "ada.jpg" not in text_of(view(made()))


def test_an_omitted_field_is_covered_in_every_other_text() -> None:
    shown = view(made(Duty(DutyKind.OMIT, "culture"), Duty(DutyKind.OMIT, "place")))
    assert shown.field("culture") is None
    assert shown.field("title").values == ("Basket from …",)  # type: ignore[union-attr] # it is there
    assert "lower-ford" not in text_of(shown)


def test_a_type_of_field_can_be_omitted_whole() -> None:
    shown = view(made(Duty(DutyKind.OMIT, "type:name")))
    assert "Quill" not in text_of(shown)


def test_a_redacted_view_leaves_out_places_and_links() -> None:
    shown = view(made(visibility=Visibility.REDACTED))
    assert [f.name for f in shown.fields] == [
        "title",
        "identifier",
        "maker",
        "culture",
        "description",
    ]


def test_a_coarse_place_is_the_same_each_time_and_its_name_is_covered() -> None:
    duty = Duty(DutyKind.COARSEN, "place", "2")
    one, other = view(made(duty)), view(made(duty))
    assert one.hash == other.hash
    assert "51.5074" not in text_of(one)
    assert "Lower Ford" not in text_of(one)
    assert "± 1 km" in text_of(one)


def test_the_coarsest_of_two_widths_holds() -> None:
    both = (Duty(DutyKind.COARSEN, "place", "2"), Duty(DutyKind.COARSEN, "place", "50"))
    assert "± 25 km" in text_of(view(made(*both)))


def test_a_width_nobody_can_read_leaves_the_place_out() -> None:
    shown = view(made(Duty(DutyKind.COARSEN, "place", "wide")))
    assert shown.field("place") is None


def test_a_name_in_mourning_is_nowhere_in_any_order_or_case() -> None:
    duty = Duty(DutyKind.SUBSTITUTE, PERSON, "Our Aunt")
    shown = view(made(duty), mourned={PERSON: ("Ada QUILL",)})
    assert "quill" not in text_of(shown).lower()
    assert shown.field("maker").values == ("Our Aunt",)  # type: ignore[union-attr] # it is there
    assert shown.field("link") is None


def test_names_nobody_told_us_leave_no_text_standing() -> None:
    shown = view(made(Duty(DutyKind.SUBSTITUTE, PERSON, "Our Aunt")))
    assert shown.field("title") is None
    assert shown.field("maker") is None


def test_a_community_is_called_by_its_public_name_or_by_none() -> None:
    duty = Duty(DutyKind.SHOW_LABEL, "tk/verified", RIVER)
    named = view(made(duty), names={RIVER: "River People"})
    assert named.labels[0].community_signed == "River People"
    assert view(made(duty)).labels[0].community_signed == "the community"


def own(text: str, *, instead: bool, field: str = "culture") -> OwnWords:
    return OwnWords(RIVER, "River People", field, text, "en", instead)


def test_their_own_name_hides_the_wrong_one_in_every_text_at_once() -> None:
    content = (
        Field("title", T.TEXT, ("A FORD-PEOPLE basket",), True),
        Field("culture", T.NAME, ("Ford People",), True),
        Field("note", T.TEXT, ("Not the Fords",), True),
    )
    words = (own("River People", instead=True),)
    shown = public_view("a", "item", content, made(), words=words)
    assert [f.values for f in shown.fields] == [
        ("A … basket",),
        ("River People",),
        ("Not the Fords",),
    ]


def test_their_words_stand_beside_ours_and_are_signed() -> None:
    shown = view(made(), words=(own("River People", instead=False),))
    both = [f for f in shown.fields if f.name == "culture"]
    assert [f.signed for f in both] == [None, "River People"]


def test_their_words_for_a_field_that_is_not_public_stay_inside() -> None:
    shown = view(made(), words=(own("whisper", instead=True, field="note"),))
    assert "whisper" not in text_of(shown)


def test_a_preview_shows_no_more_than_could_ever_be_decided() -> None:
    held = replace(made(visibility=Visibility.NONE), at_most=Visibility.STUB)
    assert view(held, at=Visibility.FULL).visibility is Visibility.STUB


def test_warnings_are_in_their_words_or_a_code() -> None:
    worded = Duty(
        DutyKind.WARN, "tk/culturally_sensitive", "Please ask an Elder first."
    )
    shown = view(made(worded, Duty(DutyKind.WARN, "notice:cc_safety")))
    assert shown.warnings == ("notice:cc_safety", "Please ask an Elder first.")


def test_the_hash_follows_what_is_seen() -> None:
    assert view(made()).hash == view(made()).hash
    assert view(made()).hash != view(made(Duty(DutyKind.OMIT, "maker"))).hash


def test_a_caveat_is_a_code_or_in_their_words() -> None:
    ours = Duty(DutyKind.CAVEAT, "tk/non_verified", "not-verified")
    theirs = Duty(DutyKind.CAVEAT, "tk/outreach", "Send a copy to the school.")
    silent = Duty(DutyKind.CAVEAT, "bc/outreach", "")
    shown = view(made(ours, theirs, silent))
    assert shown.caveats == ("not-verified", "Send a copy to the school.")


def test_credit_names_nobody_in_mourning() -> None:
    duties = (
        Duty(DutyKind.SUBSTITUTE, PERSON, "Our Aunt"),
        Duty(DutyKind.ATTRIBUTE, RIVER, "Told by Ada Quill"),
    )
    told = view(made(*duties), mourned={PERSON: ("Ada Quill",)})
    assert told.attribution == ("Told by Our Aunt",)
    assert view(made(*duties)).attribution == ()


def test_a_warning_that_would_name_somebody_becomes_a_code() -> None:
    duties = (
        Duty(DutyKind.SUBSTITUTE, PERSON, "Our Aunt"),
        Duty(DutyKind.WARN, "tk/culturally_sensitive", "Ada Quill is in mourning."),
    )
    assert view(made(*duties)).warnings == ("tk/culturally_sensitive",)


def test_an_unknown_notice_and_label_show_no_invented_name() -> None:
    duties = (
        Duty(DutyKind.SHOW_NOTICE, "mystery"),
        Duty(DutyKind.SHOW_LABEL, "xx/mystery", RIVER),
    )
    shown = view(made(*duties))
    assert (shown.notices, shown.labels) == (("mystery",), ())
