"""Shopify as a source, through its GraphQL APIs."""
