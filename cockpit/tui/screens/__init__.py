"""One screen a file; a plain stack, `esc` goes back."""
