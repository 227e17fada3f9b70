"""Makes the trajectory model: landmark logs with truth and rendered figures -> labelled swings -> networks."""
