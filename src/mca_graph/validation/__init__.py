"""Shapes to findings: two engines that must agree, and the formats a report is shown in."""
