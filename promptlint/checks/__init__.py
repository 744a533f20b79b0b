"""The checks: one question each about a reconstructed request."""
