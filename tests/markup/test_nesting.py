"""Nesting is estimated before parsing: never much too low, and not too high for sloppy HTML."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blog.markup import article_sanitizer
from blog.markup.nesting import MAX_OPEN, check_nesting
from blog.markup.parser_limits import ArticleTooComplex

NAMES = (
    "a b i div p span x-y li ul dl dd dt table tr td th tbody caption option select ruby rt rp form button object svg "
    "math mi h1 h2 pre section body head br"
).split()
TAGS = st.builds(lambda end, name: f"<{end}{name}>", st.sampled_from(["", "", "/"]), st.sampled_from(NAMES))
NO_TAGS = st.sampled_from(
    "<!--|-->|--!>|<!-->|<!|<?|</ |<![CDATA[|]]>|>|<i x='|<i x=\"|'>|\">|<style>|</style>|<textarea>|</textarea>|"
    "<script>|</script>|<title/>|</title>|<template>|<xmp>|</xmp>|<noscript>|</noscript>|x".split("|")
)


@example("<a><h1>")
@given(st.lists(TAGS | NO_TAGS, min_size=1, max_size=8).map("".join))
def test_accepted_texts_nest_no_deeper_the_longer_they_are(tags: str) -> None:
    html = tags * 300
    try:
        check_nesting(html)
    except ArticleTooComplex:
        return
    article_sanitizer.read(html)  # raises if the estimate was too low


@pytest.mark.parametrize(
    "html",
    [
        "<p>tea<br>",
        "<ul><li>tea<li>water</ul>",
        "<ul><li><p>tea<p>water<li>milk</ul>",
        "<dl><dt>tea<dd><p>water<dt>milk<dd>none</dl>",
        "<table><tr><td>tea<td>water<tr><td><p>milk</table>",
        "<table><thead><tr><th>tea<tbody><tr><td>water</table>",
        "<p>tea <span>water<p>milk",
        "<select><option>tea<option>water</select>",
        "<ruby>tea<rt>water</ruby>",
        "<a name=tea>",
        "<h2>tea</h3></h2>",
        "<svg><g><path d='M0 0'/><circle></g></svg>",
        "<math><mrow><mi>x</mi><mo>=</mo></mrow></math>",
        "<div><ul><li><b>tea</b></div>",
        "<!-- <div><b> --><!--><p>tea<!-- <i> --!><? <div> <! <b> </ <i>",
        "<p title='<div>' lang=a<b class = '<div><b>'>tea",
        "<script>'<div><b>'</script><style><!-- <i> --></style><textarea><!--</textarea>tea",
        "<svg><title>tea</title><style><![CDATA[ a > b {} ]]></style></svg><svg><![CDATA[ a > b ]]></svg>",
        "<div x='></div>'></div>",
    ],
)
def test_omitted_end_tags_do_not_count_as_nesting(html: str) -> None:
    check_nesting(html * 2 * MAX_OPEN)
