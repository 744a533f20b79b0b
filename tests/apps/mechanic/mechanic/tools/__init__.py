from mechanic.tools import clock, files, registry, shell

__all__ = ["clock", "files", "registry", "shell"]
