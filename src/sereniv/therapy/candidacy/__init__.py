"""Who may be treated: cited criteria, the work-up, interactions, evaluations, and the steps of intake."""
