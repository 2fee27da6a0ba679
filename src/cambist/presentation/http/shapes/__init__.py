"""What the API answers with: the shapes of docs/api.md, every number an exact decimal string."""
