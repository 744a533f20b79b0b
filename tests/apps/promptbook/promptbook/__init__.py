"""Prompts that several teams share, by name."""
