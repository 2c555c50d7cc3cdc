"""What screens are made of; everything is drawn from `present.line.Line` values."""
