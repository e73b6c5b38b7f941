"""The monthly inter-agency exchange of records that gets migrants the same public-health services as everyone else."""

__version__ = "0.1.0"
