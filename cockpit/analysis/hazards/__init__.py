"""What every hazard rule is given, and how all rules are asked about a plan.

The rules themselves are in `cockpit.analysis.rules`, one a file.
"""

from cockpit.analysis.hazards.examine import examine, worst_of_each
from cockpit.analysis.hazards.studied import Runner, Studied

__all__ = ["Runner", "Studied", "examine", "worst_of_each"]
