"""What another system's file holds, whatever its form: people, facts about them, and what is wrong with it."""
