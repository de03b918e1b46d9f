"""Reasons that moderators can choose instead of typing; administrators write the list."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import delete, select

from blog.database import write_transaction
from blog.extensions import db
from blog.moderation.blueprint import blueprint, render
from blog.moderation.forms import ReasonsForm
from blog.moderation.models import CannedReason


def canned_reasons() -> list[str]:
    """The reasons to choose from; default ones until an administrator writes others."""
    return list(db.session.scalars(select(CannedReason.text).order_by(CannedReason.id))) or [
        gettext("It is not about the article."),
        gettext("It attacks somebody personally."),
        gettext("It advertises something."),
        gettext("Somebody else has written the same already."),
    ]


@blueprint.get("/reasons")
def reasons() -> str:
    """The form with the reasons."""
    return reasons_page(ReasonsForm(formdata=None, reasons="\n".join(canned_reasons())))


@blueprint.post("/reasons")
def save_reasons() -> ResponseReturnValue:
    """Replace the reasons; an empty list restores the default ones."""
    form = ReasonsForm()
    if not form.validate():
        return reasons_page(form), 422
    texts = [" ".join(line.split()) for line in form.reasons.data.splitlines()]
    with write_transaction(db.session()) as session:
        session.execute(delete(CannedReason))
        session.add_all(CannedReason(text=text) for text in dict.fromkeys(filter(None, texts)))
    flash(gettext("The reasons are saved."), "notice")
    return redirect(url_for("moderation.reasons"), 303)


def reasons_page(form: ReasonsForm, error: str = "") -> str:
    """The page with ``form``, and ``error`` above it."""
    return render("reasons", form=form, error=error)
