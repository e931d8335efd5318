"""Horn rules: mined from a graph's facts, and what they infer. Arrays in, arrays out."""
