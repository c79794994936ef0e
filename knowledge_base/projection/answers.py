"""What a step changes in the answers, the approvals and what the bot has under way."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import delete, insert, update

from knowledge_base import steps, tables
from knowledge_base.pages import choose_title
from knowledge_base.projection.placed import Placed, Projection
from knowledge_base.sheet import Sheet
from knowledge_base.steps import Step
from policies.facts import Says

ANYWHERE = "*"


def _words_given(sheet: Sheet, step: steps.WordsGiven, at: Placed) -> None:
    table = tables.own_words
    sheet.db.execute(
        delete(table).where(
            table.c.record_id == at.record,
            table.c.party == step.party,
            table.c.field == step.field,
            table.c.language == step.language,
        )
    )
    sheet.add(
        table,
        record_id=at.record,
        party=step.party,
        field=step.field,
        language=step.language,
        instead=step.instead,
        content=at.commitment,
        step=at.position,
    )
    known = sheet.records[at.record].known
    sheet.learn(at.record, replace(known, told_anew=at.position))


def _answered(sheet: Sheet, step: steps.Answered, at: Placed) -> None:
    """What was said for everywhere stands on for every other destination, also for
    one that the record sets out for later: no to all and yes to one is one yes.
    """
    table = tables.words
    # A judgement is superseded, never overwritten; a not now takes no no away.
    sheet.db.execute(
        update(table)
        .where(
            table.c.record_id == at.record,
            table.c.party == step.party,
            table.c.superseded_by.is_(None),
            (table.c.destination == step.destination) | (step.destination == ANYWHERE),
            (table.c.says != Says.NO.value) | (step.says != Says.NOT_NOW.value),
        )
        .values(superseded_by=at.position)
    )
    sheet.db.execute(
        insert(table).values(
            record_id=at.record,
            party=step.party,
            says=step.says,
            destination=step.destination,
            purposes=list(step.purposes),
            visibility=step.visibility,
            since=step.since.isoformat(),
            until=None if step.until is None else step.until.isoformat(),
            informed=step.informed,
            about=step.about,
            said_by=at.by.account or "",
            step=at.position,
        )
    )
    sheet.records[at.record].facts_changed = True


def _taken_back(
    sheet: Sheet, step: steps.Refused | steps.WithdrawalAsked, at: Placed
) -> None:
    known = sheet.records[at.record].known
    sheet.learn(at.record, replace(known, taken_back=at.position))


def _proposed(sheet: Sheet, step: steps.Proposed, at: Placed) -> None:
    if at.text is not None:
        choose_title(sheet.db, at.record, step.destination, at.text)


def _approved(sheet: Sheet, step: steps.Approved | steps.Reopened, at: Placed) -> None:
    journey = sheet.journeys_of(at.record)[step.destination]
    journey.approval = steps.body_of(step) | {"position": at.position}


def _intended(sheet: Sheet, step: steps.Intended, at: Placed) -> None:
    journey = sheet.journeys_of(at.record)[step.destination]
    journey.intent = steps.body_of(step)


def _saved(sheet: Sheet, step: steps.Saved, at: Placed) -> None:
    journey = sheet.journeys_of(at.record)[step.destination]
    journey.intent, journey.was_saved = None, True


def _not_saved(sheet: Sheet, step: steps.NotSaved, at: Placed) -> None:
    sheet.journeys_of(at.record)[step.destination].intent = None


OF_ANSWERS: Mapping[type[Step], Projection] = {
    steps.WordsGiven: _words_given,
    steps.Answered: _answered,
    steps.Refused: _taken_back,
    steps.WithdrawalAsked: _taken_back,
    steps.Proposed: _proposed,
    steps.Approved: _approved,
    steps.Reopened: _approved,
    steps.Intended: _intended,
    steps.Saved: _saved,
    steps.NotSaved: _not_saved,
}
