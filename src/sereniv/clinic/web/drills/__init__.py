"""Drills: begin one, read out what is seen at the chair, watch the times, and print the debrief."""
