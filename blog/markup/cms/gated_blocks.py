"""Removes the parts of a Ghost post that are only for members.

Ghost's Admin API marks such parts with comments: ``<!--kg-gated-block:begin nonMember:false
memberSegment:"status:-free" -->`` … ``<!--kg-gated-block:end-->``. Its Content API leaves these parts out.
"""

import re

BEGIN = re.compile(r"<!--\s*kg-gated-block:begin\b(.*?)-->", re.DOTALL | re.IGNORECASE)
END = re.compile(r"<!--\s*kg-gated-block:end\s*-->", re.IGNORECASE)
# Every part that does not clearly say so is removed: publishing a part for members would be the worse mistake.
FOR_EVERYBODY = re.compile(r"""\bnonMember:["']?true\b""")


def without_gated_blocks(html: str) -> str:
    """Return ``html`` without the parts that visitors without an account may not read.

    A part without an end mark is removed up to the end of the text, so that nothing for members is published.
    """
    kept, position = [], 0
    while begin := BEGIN.search(html, position):
        end = END.search(html, begin.end())
        kept.append(html[position : begin.start()])
        if end and FOR_EVERYBODY.search(begin[1]):
            kept.append(html[begin.end() : end.start()])
        position = end.end() if end else len(html)
    return "".join(kept) + html[position:]
