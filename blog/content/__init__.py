"""The content of the blog: articles, tags, authors, drafts, redirects, and the neutral documents they are made from."""
