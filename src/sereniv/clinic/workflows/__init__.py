"""One function per act: permit, decide, append, audit, in one transaction."""
