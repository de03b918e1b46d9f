"""The pages of rules: a list, and a form with a preview."""

from functools import partial

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from blog.comments.signals.models import CommentRule
from blog.comments.signals.rule_matching import RuleKind
from blog.extensions import db
from blog.moderation import queue, rules
from blog.moderation.blueprint import blueprint, render
from blog.moderation.rule_forms import ACTION_NAMES, DAYS, KIND_NAMES, RuleForm
from blog.moderation.rule_preview import preview
from blog.moderation.sessions import moderator_or_401
from blog.row_ids import MAX_ID, row_id


@blueprint.get("/rules/new")
def new_rule() -> ResponseReturnValue:
    """The form of a new rule with a preview. ``?comment`` fills in suggestions from that comment."""
    if "text" not in request.args:
        return _form_page(RuleForm(formdata=None, kind=request.args.get("kind", RuleKind.WORD)))
    # A preview changes nothing, so it needs no token, which would be part of the address here.
    form = RuleForm(formdata=MultiDict(request.args), meta={"csrf": False})
    return _form_page(form) if form.validate() else (_form_page(form), 422)


@blueprint.post("/rules")
def make_rule() -> ResponseReturnValue:
    """Create the previewed rule."""
    form = RuleForm()
    if not form.validate():
        return _form_page(form), 422
    rule = rules.add(form.draft, moderator_or_401())
    flash(gettext("The rule for “%(text)s” applies from the next comment on.", text=rule.text), "notice")
    return redirect(url_for("moderation.rules"), 303)


@blueprint.post(f"/rules/<int(max={MAX_ID}):rule_id>/removal")
def remove_rule(rule_id: int) -> ResponseReturnValue:
    """Remove a rule. The list of ended rules shows who removed it, and when."""
    rule = db.get_or_404(CommentRule, rule_id)
    if not rules.may_remove(rule, moderator_or_401()):
        return rules_page(gettext("Somebody else made this rule, so only an administrator can remove it.")), 403
    if rules.remove(rule, moderator_or_401()):
        flash(gettext("The rule for “%(text)s” is removed.", text=rule.text), "notice")
    else:
        flash(gettext("That rule was removed before."), "notice")
    return redirect(url_for("moderation.rules"), 303)


@blueprint.get("/rules", endpoint="rules")
def rules_page(error: str = "") -> str:
    """The rules in force, or with ``?ended`` those that have ended, with ``error`` above them."""
    in_force = "ended" not in request.args
    page = rules.listing(request.args.get("before", type=row_id), in_force=in_force)
    may_remove = partial(rules.may_remove, moderator=moderator_or_401())
    return render("rules", page=page, in_force=in_force, error=error, may_remove=may_remove)


def _form_page(form: RuleForm) -> str:
    comment_id = request.values.get("comment", type=row_id)
    comment = queue.find_comment(comment_id) if comment_id else None
    is_ready = bool(form.text.data) and not form.errors
    return render(
        "rule",
        form=form,
        comment=comment,
        suggestions=rules.suggestions(comment) if comment else [],
        preview=preview(form.draft) if is_ready else None,
    )


@blueprint.app_template_filter()
def rule_kind(kind: str) -> str:
    """The name of a kind of rule, in the language of the site."""
    return str(KIND_NAMES[kind])


@blueprint.app_template_filter()
def rule_action(action: str) -> str:
    """The name of a rule's action, in the language of the site."""
    return str(ACTION_NAMES[action])


@blueprint.app_template_filter()
def rule_days(days: str) -> str:
    """How long a rule applies, in the language of the site."""
    return str(DAYS[days or ""])
