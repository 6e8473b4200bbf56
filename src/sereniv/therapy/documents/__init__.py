"""What the clinic writes on paper: each document made once from charts and knowledge, drawn as a page or as PDF."""
