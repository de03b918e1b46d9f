"""Parts of a post that Ghost shows only to some of its readers.

Ghost's Admin API marks each such part with comments: ``<!--kg-gated-block:begin nonMember:false
memberSegment:"status:-free" -->`` … ``<!--kg-gated-block:end-->``. Its Content API leaves the part out instead.
"""

import re

BEGIN = re.compile(r"<!--\s*kg-gated-block:begin\b(.*?)-->", re.DOTALL | re.IGNORECASE)
END = re.compile(r"<!--\s*kg-gated-block:end\s*-->", re.IGNORECASE)
FOR_EVERYBODY = re.compile(r"""\bnonMember:["']?true\b""")


def without_gated_blocks(html: str) -> str:
    """``html`` with only the parts that a visitor without an account may read.

    A part that has no end is cut off to the end of the text.
    """
    kept, position = [], 0
    while begin := BEGIN.search(html, position):
        end = END.search(html, begin.end())
        kept.append(html[position : begin.start()])
        if end and FOR_EVERYBODY.search(begin[1]):
            kept.append(html[begin.end() : end.start()])
        position = end.end() if end else len(html)
    return "".join(kept) + html[position:]
