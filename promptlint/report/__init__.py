"""Reports: diagnostics to text, one function each."""
