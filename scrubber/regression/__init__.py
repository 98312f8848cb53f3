"""Holds the verdicts on a folder of claims against those recorded before."""
