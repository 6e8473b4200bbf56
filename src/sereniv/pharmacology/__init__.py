"""What the drug does: dosing, compartments, effect, receptor, population, simulation."""
