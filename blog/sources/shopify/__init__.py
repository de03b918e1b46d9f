"""Shopify as a source, asked over its GraphQL APIs."""
