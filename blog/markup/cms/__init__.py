"""What CMSs put into HTML, turned into plain HTML: embeds, cards, captions, players, shortcodes."""
