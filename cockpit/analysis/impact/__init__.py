"""Lock impact: what a statement does to relations that exist, predicted from text and facts."""

from cockpit.analysis.impact.predict import follow, predict

__all__ = ["follow", "predict"]
