"""The plain text of an article."""

from blog.markup.plain import plain_text


def test_the_plain_text_is_one_line_of_running_text() -> None:
    html = "".join(
        (
            "<h2>Brewing</h2><p>Water &lt;first&gt;,<br>tea <em>la</em>ter<sup>2</sup></p><pre>code <b>x</b></pre>",
            '<div class="table-scroll"><table><tr><td>cell</td></tr></table></div><ul><li>one</li><li>two</li></ul>',
            '<figure><img src="/media/a.png"><figcaption>caption</figcaption></figure>',
            '<p>end<sup class="footnote-ref"><a href="#fn1">[1]</a></sup></p>',
            '<section class="footnotes"><p>note</p></section>',
        )
    )
    assert plain_text(html) == "Water <first>, tea later2 one two end"


def test_empty_html_has_no_text() -> None:
    assert plain_text("") == ""
