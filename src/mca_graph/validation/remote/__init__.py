"""Validation where the data live: each constraint as one query over all focus nodes, run by the endpoint."""
