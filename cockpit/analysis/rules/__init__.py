"""Hazards, one a file: the file's name is the rule's, its docstring is the rule in one line.

A rule gives `NAME`, the kinds of statement parts it `READS`, the words of its `EFFECT` and of the
`SAFER` way, an example that is `BAD` and one that is `GOOD`, and `check`. Adding a file adds a
rule; `cockpit.analysis.hazards.rule` finds it. What a rule may look at is `Subject`.

Severity: HIGH for what stops an application, loses data or fails; MEDIUM for what hurts under
load or breaks code that is not ready; LOW for habits that cost later. Where the harm grows with
the table, its size decides, and an unknown size counts as large.
"""
