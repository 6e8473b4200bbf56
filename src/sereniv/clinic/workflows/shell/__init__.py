"""What every act stands in: who acts, the rules in force, the clinic and its hours, lists over everybody."""
