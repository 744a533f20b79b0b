from promptbook.library import classify, digest, extract, review

__all__ = ["classify", "digest", "extract", "review"]
