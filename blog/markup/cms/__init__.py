"""Turns what CMSs add to HTML into plain HTML: embeds, cards, captions, players, shortcodes."""
