"""The append-only record of what people decided, sealed by a chain of hashes (Policy 1.3.a)."""
