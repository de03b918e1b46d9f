"""What comes in: documents from a source, reconciled with the articles of this blog."""
