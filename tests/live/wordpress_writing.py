"""A small site about tea, published in a real WordPress: one post for each feature that a source has to map."""

import time
from dataclasses import dataclass

from tests.live.pictures import png
from tests.live.wordpress import WordPress


@dataclass(frozen=True)
class Written:
    """The ids of posts whose state matters for requests about them."""

    first: int
    blocks: int
    summer: int
    protected: int
    draft: int
    scheduled: int
    private: int
    trashed: int


def write(wordpress: WordPress) -> Written:
    """Publish the site, oldest first."""

    def post(title: str, content: str, **fields: object) -> int:
        return int(wordpress.create_post(title, content, **{"status": "publish"} | fields)["id"])

    tea, cafe = wordpress.add_tag("Tea"), wordpress.add_tag("Café crème")
    bea = wordpress.add_author("Bea Brown", "bea")
    first = _everything(wordpress, [tea, cafe], bea)
    blocks = post("Blocks of every kind", _blocks(wordpress), date_gmt="2026-02-01T23:30:00", tags=[tea])
    # WordPress's times have whole seconds, and not all posts may have changed since the same one.
    time.sleep(1.1)
    post(
        "Tea &amp; biscuits", "<p>Two of each.</p>", slug="tea-and-biscuits", sticky=True, comment_status="closed",
        date_gmt="2026-03-01T08:00:00", tags=[cafe],
    )  # fmt: skip
    summer = post("By summer time", "Typed without\nblocks.\n\nTwice.", date_gmt="2026-07-01T22:30:00")
    post("Nothing but a title", "", date_gmt="2026-07-02T12:00:00")
    protected = post("Behind a password", "<p>Sesame.</p>", password="sesame", date_gmt="2026-07-03T12:00:00")
    draft = post("Not finished", "<p>The kettle is still cold.</p>", status="draft", tags=[tea])
    scheduled = post("In the year after next", "<p>Wait for it.</p>", status="future", date_gmt="2036-01-01T00:00:00")
    private = post("For us alone", "<p>Hush.</p>", status="private")
    trashed = post("Thrown away", "<p>Old tea.</p>")
    wordpress.trash_post(trashed)
    return Written(first, blocks, summer, protected, draft, scheduled, private, trashed)


def _everything(wordpress: WordPress, tags: list[int], author: int) -> int:
    picture = wordpress.upload_media("kettle.png", png(), "A green kettle", "Seen <b>from above</b>")
    content = (
        '<!-- wp:paragraph -->\n<p>Boil <strong>fresh</strong> water, see <a href="/blocks/">the blocks</a>.</p>\n'
        "<!-- /wp:paragraph -->\n\n<!-- wp:more -->\n<!--more-->\n<!-- /wp:more -->\n\n"
        "<!-- wp:heading -->\n<h2>How hot</h2>\n<!-- /wp:heading -->\n\n"
        "<!-- wp:list -->\n<ul><li>green: 80 °C</li><li>black: 95 °C</li></ul>\n<!-- /wp:list -->"
    )
    post = wordpress.create_post(
        "Water first", content, status="publish", date_gmt="2026-01-05T09:00:00", tags=tags, author=author,
        categories=[wordpress.add_category("Boissons d’été"), wordpress.add_category("How & why")],
        excerpt="Why water comes before the leaf.", featured_media=picture["id"],
    )  # fmt: skip
    return int(post["id"])


def _blocks(wordpress: WordPress) -> str:
    picture = wordpress.upload_media("leaf.png", png("olive"), "A leaf")
    media_id, address = picture["id"], picture["source_url"]
    image = f'<img src="{address}" alt="A leaf" class="wp-image-{media_id}"/>'
    one = f'<!-- wp:image {{"id":{media_id}}} -->\n<figure class="wp-block-image">{image}</figure>\n<!-- /wp:image -->'
    video = "https://video.example.org/watch?v=7"
    blocks = {
        "paragraph": "<p>One block after another.</p>",
        f'image {{"id":{media_id},"sizeSlug":"full"}}': f'<figure class="wp-block-image size-full">{image}'
        '<figcaption class="wp-element-caption">A leaf, <em>dried</em></figcaption></figure>',
        'gallery {"linkTo":"none"}': '<figure class="wp-block-gallery has-nested-images columns-default is-cropped">'
        f'{one}\n\n{one}<figcaption class="blocks-gallery-caption">Two leaves</figcaption></figure>',
        f'embed {{"url":"{video}","type":"video"}}': '<figure class="wp-block-embed is-type-video">'
        f'<div class="wp-block-embed__wrapper">\n{video}\n</div><figcaption>How to pour</figcaption></figure>',
        "table": '<figure class="wp-block-table"><table><thead><tr><th>leaf</th><th>minutes</th></tr></thead>'
        "<tbody><tr><td>green</td><td>2</td></tr></tbody></table><figcaption>Times</figcaption></figure>",
        "quote": '<blockquote class="wp-block-quote"><p>Never twice.</p><cite>Ada</cite></blockquote>',
        "code": '<pre class="wp-block-code"><code>if hot &lt; 80:\n    wait()</code></pre>',
        "html": '<iframe src="https://video.example.org/embed/8" title="Pouring"></iframe>'
        '<p onclick="alert(1)">By hand<script>alert(2)</script></p>',
        "buttons": '<div class="wp-block-buttons"><!-- wp:button -->\n<div class="wp-block-button"><a '
        'class="wp-block-button__link wp-element-button" href="https://example.org/shop">Buy tea</a></div>\n'
        "<!-- /wp:button --></div>",
        'file {"href":"https://example.org/table.pdf"}': '<div class="wp-block-file">'
        '<a href="https://example.org/table.pdf">Table of times</a></div>',
        "audio": '<figure class="wp-block-audio"><audio controls src="https://example.org/whistle.mp3"></audio></figure>',
        "shortcode": '[contact-form-7 id="1" title="Ask"]\n[fancy colour="red"]Inside[/fancy]',
        "separator": '<hr class="wp-block-separator has-alpha-channel-opacity"/>',
    }
    return "\n\n".join(f"<!-- wp:{name} -->\n{html}\n<!-- /wp:{name.split()[0]} -->" for name, html in blocks.items())
