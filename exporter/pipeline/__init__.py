"""Notes in, deck and pages out: build, check and plan, each on a page of its own."""
