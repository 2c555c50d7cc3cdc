"""Hazards of migration files, told from their text: no database, no history."""

from cockpit.analysis.lint.check import Finding, Linted, lint

__all__ = ["Finding", "Linted", "lint"]
