"""Anyone may ask that a page be looked at: which page, and nothing about herself."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from knowledge_base.reports import Report, follow, report
from review_app.errors import cover
from review_app.forms import Problem, is_ticked, line
from review_app.guests import address_mark
from review_app.room import room

blueprint = Blueprint("reports", __name__)

Shown = str | tuple[str, int] | Response


@blueprint.route("/report", methods=["GET", "POST"])
def write() -> Shown:
    """The form, filled in with the page she came from; sending it gives a receipt."""
    if request.method == "GET":
        return _form(page=request.args.get("page", "")[:1000])
    page, destination = line("page", longest=1000), line("destination")
    if not page:
        return _form(Problem("page", "page-needed")), 422
    if destination not in {one.id for one in room().settings.destinations}:
        return _form(Problem("destination", "choose-one"), page=page), 422
    said = Report(
        page=page,
        destination=destination,
        concerns_asker=is_ticked("concerns"),
        is_grave=is_ticked("grave"),
        words="",
        from_mark=address_mark(),
    )
    receipt = report(room().store, said, now=room().now())
    return redirect(url_for("reports.receipt", code=receipt), code=303)


def _form(*problems: Problem, page: str = "") -> str:
    return render_template(
        "reports/write.html",
        problems=problems,
        page=page,
        places=room().settings.destinations,
        typed=request.form,
    )


@blueprint.get("/receipt/<code>")
def receipt(code: str) -> Shown:
    """What became of the report with this receipt; only who has it can look."""
    found = follow(room().store, code)
    if found is None:
        return cover()
    address = room().settings.review_address.rstrip("/") + url_for(
        "reports.receipt", code=code
    )
    return render_template("reports/receipt.html", receipt=found, address=address)
