"""The GraphQL queries. Aliases give the Storefront API's fields the names of the Admin API."""

from dataclasses import dataclass

_OLDEST_BLOG = "blogs(first: 1, sortKey: ID) { nodes { id } }"

OLDEST_BLOG = f"query OldestBlog {{ {_OLDEST_BLOG} }}"

_ADMIN_BRIEF = """
fragment Brief on Article {
  id handle isPublished publishedAt updatedAt
  blog { id handle commentPolicy }
}
"""

# The Admin API's Article has no field `seo`; Shopify keeps these texts in two metafields.
_ADMIN_WHOLE = """
fragment Whole on Article {
  ...Brief
  title body summary tags createdAt
  author { name }
  image { url altText }
  seoTitle: metafield(namespace: "global", key: "title_tag") { value }
  seoDescription: metafield(namespace: "global", key: "description_tag") { value }
}
"""

_STOREFRONT_WHOLE = """
fragment Whole on Article {
  id handle title tags publishedAt
  body: contentHtml
  summary: excerptHtml
  author: authorV2 { name }
  image { url altText }
  seo { title description }
  blog { id handle }
}
"""


@dataclass(frozen=True, slots=True)
class Queries:
    """The queries for one API."""

    articles: str
    """A page of articles: the variables are ``first after sortKey query``."""
    by_ids: str
    """Complete articles by their ids: the variable is ``ids``."""
    visibility: str
    """A page of articles with only the fields that show whether they are public: the variables are ``first after``."""


def _articles(fragment: str) -> str:
    return f"""
query Articles($first: Int!, $after: String, $sortKey: ArticleSortKeys!, $query: String) {{
  {_OLDEST_BLOG}
  articles(first: $first, after: $after, sortKey: $sortKey, query: $query) {{
    nodes {{ ...{fragment} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""


_BY_IDS = f"""
query ByIds($ids: [ID!]!) {{
  {_OLDEST_BLOG}
  nodes(ids: $ids) {{ ...Whole }}
}}
"""


def _visibility(fields: str) -> str:
    return f"""
query Visibility($first: Int!, $after: String) {{
  articles(first: $first, after: $after, sortKey: ID) {{
    nodes {{ {fields} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""


ADMIN = Queries(
    articles=_articles("Brief") + _ADMIN_BRIEF,
    by_ids=_BY_IDS + _ADMIN_WHOLE + _ADMIN_BRIEF,
    visibility=_visibility("id isPublished publishedAt"),
)
STOREFRONT = Queries(
    articles=_articles("Whole") + _STOREFRONT_WHOLE,
    by_ids=_BY_IDS + _STOREFRONT_WHOLE,
    visibility=_visibility("id"),
)

REDIRECTS = """
query Redirects($first: Int!, $after: String, $query: String!) {
  urlRedirects(first: $first, after: $after, query: $query) {
    nodes { path target }
    pageInfo { hasNextPage endCursor }
  }
}
"""
"""Redirects (Admin API only): the variables are ``first after query``."""
