"""Linking any tables: values as evidence, whose number it is, clusters that keep contradictions apart. Pure."""
