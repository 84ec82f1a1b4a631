"""Grade a class: each notebook runs in a sandbox, its results are judged outside."""
