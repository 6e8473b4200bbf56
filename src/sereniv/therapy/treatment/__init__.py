"""What is ordered and when: dose, order, course, the next infusion, maintenance, and what bears on a decision."""
