"""Which of the dialects a file means, and where its answers end."""
