"""The engine: looks, plans, locks, executes, tells. Knows no screens."""
