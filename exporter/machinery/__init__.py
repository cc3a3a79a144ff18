"""What every stage stands on and none is about: processes, the cache, whole files, templates, libraries."""
