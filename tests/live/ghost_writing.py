"""A small site about tea, published in a real Ghost: one post for each feature that a source has to map."""

import json
import time
from dataclasses import dataclass
from typing import Any

from tests.live.ghost import Fields, Ghost
from tests.live.pictures import png


@dataclass(frozen=True)
class Written:
    """The ids of posts whose state matters for requests about them."""

    first: str
    cards: str
    members: str
    draft: str
    scheduled: str


def write(ghost: Ghost) -> Written:
    """Publish the site, oldest first."""
    ghost.add_author("Bea Brown", "bea@example.org")
    first = _everything(ghost)
    cards = ghost.create_post(
        "Cards of every kind", lexical=_lexical(_cards(ghost)), status="published", tags=[{"name": "Notes"}],
        published_at="2026-02-01T23:30:00.000Z",
    )  # fmt: skip
    # Ghost's times have whole seconds, and not all posts may have changed since the same one.
    time.sleep(1.1)
    members = ghost.create_post(
        "For members", lexical=_lexical([_paragraph("Anybody reads this."), {"type": "paywall", "version": 1},
        _paragraph("Members read this.")]), status="published", visibility="members",
        published_at="2026-03-01T08:00:00.000Z", tags=[{"name": "Tea"}],
    )  # fmt: skip
    ghost.create_post(
        "Tea & biscuits <at four>", "<p>Two of each.</p>", status="published", slug="tea-and-biscuits",
        published_at="2026-07-01T12:00:00.000Z", featured=True, tags=[{"name": "Café crème"}, {"name": "Tea"}],
    )  # fmt: skip
    ghost.create_post("Nothing but a title", status="published", published_at="2026-07-02T12:00:00.000Z")
    draft = ghost.create_post("Not finished", "<p>The kettle is still cold.</p>", tags=[{"name": "Tea"}])
    scheduled = ghost.create_post(
        "In the year after next", "<p>Wait for it.</p>", status="scheduled", published_at="2036-01-01T00:00:00.000Z"
    )
    return Written(first["id"], cards["id"], members["id"], draft["id"], scheduled["id"])


def _everything(ghost: Ghost) -> Fields:
    picture = ghost.upload_image("kettle.png", png())
    return ghost.create_post(
        "Water first",
        '<p>Boil <strong>fresh</strong> water, see <a href="/cards-of-every-kind/">the cards</a>.</p>'
        "<h2>How hot</h2><ul><li>green: 80 °C</li><li>black: 95 °C</li></ul><blockquote>Never twice.</blockquote>",
        status="published", published_at="2026-01-05T09:00:00.000Z", custom_excerpt="Why water comes before the leaf.",
        tags=[{"name": "Tea"}, {"name": "#internal"}],
        authors=[{"email": "ada@example.org"}, {"email": "bea@example.org"}],
        feature_image=picture, feature_image_alt="A green kettle", feature_image_caption="Seen <b>from above</b>",
        meta_title="Water first | Kettle & Leaf", meta_description="Water for tea, and how hot.",
        canonical_url="https://example.org/water-first/", og_title="Water!", twitter_description="Hot water.",
        codeinjection_foot="<script>console.log('foot')</script>",
    )  # fmt: skip


def _cards(ghost: Ghost) -> list[Fields]:
    picture = ghost.upload_image("leaf.png", png("olive"))
    media = f"{ghost.url}/content/media/2026/01"
    shown = {"src": picture, "width": 48, "height": 32, "alt": "A leaf"}
    return [
        _paragraph("One card after another."),
        _card("image", **shown, caption="A leaf, <i>dried</i>", cardWidth="wide", title="Leaf",
              href="https://example.org/leaf"),
        _card("gallery", caption="Two leaves",
              images=[shown | {"row": 0, "fileName": f"{number}.png"} for number in range(2)]),
        _card("bookmark", url="https://example.org/tea", caption="Read on", metadata={
            "title": "All about tea", "description": "A long page.", "author": "Cy Cole", "publisher": "Example",
            "icon": "https://example.org/icon.png", "thumbnail": "https://example.org/thumbnail.png"}),
        _card("embed", url="https://video.example.org/watch?v=7", embedType="video", caption="How to pour",
              html='<iframe width="200" height="113" src="https://video.example.org/embed/7" title="Pouring"></iframe>',
              metadata={"title": "Pouring tea", "provider_name": "Example Video"}),
        _card("toggle", heading="How long?", content="<p>Three minutes.</p>"),
        _card("callout", calloutText="Careful: <b>hot</b>.", calloutEmoji="☕", backgroundColor="yellow"),
        _card("codeblock", code="if hot < 80:\n    wait()", language="python", caption="In code"),
        _card("audio", src=f"{media}/whistle.mp3", title="The kettle's whistle", duration=3.5, mimeType="audio/mpeg"),
        _card("video", src=f"{media}/pour.mp4", width=64, height=48, duration=4, caption="Pouring", fileName="pour.mp4",
              mimeType="video/mp4", thumbnailSrc=picture),
        _card("file", src=f"{ghost.url}/content/files/2026/01/table.pdf", fileTitle="Table of times",
              fileCaption="To print", fileName="table.pdf", fileSize=1234),
        _card("button", buttonText="Buy tea", buttonUrl="https://example.org/shop", alignment="center"),
        _card("markdown", markdown="A *marked* line.\n\n| leaf | minutes |\n| --- | --- |\n| green | 2 |"),
        _card("html", html="<p onclick=\"alert(1)\">By hand<script>alert(2)</script></p>"),
        {"type": "horizontalrule", "version": 1},
        _paragraph("The end."),
    ]  # fmt: skip


def _card(kind: str, **fields: Any) -> Fields:  # noqa: ANN401
    return {"type": kind, "version": 1} | fields


def _paragraph(text: str) -> Fields:
    return _block("paragraph", [{"type": "extended-text", "text": text, "version": 1, "format": 0, "mode": "normal"}])


def _block(kind: str, children: list[Fields]) -> Fields:
    return {"type": kind, "version": 1, "direction": "ltr", "format": "", "indent": 0, "children": children}


def _lexical(blocks: list[Fields]) -> str:
    return json.dumps({"root": _block("root", blocks)})
