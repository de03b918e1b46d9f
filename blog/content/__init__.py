"""The content of the blog: articles, tags, authors, drafts, redirects, and the documents from sources."""
