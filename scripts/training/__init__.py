"""How the model of reps is made: landmark logs with truth and rendered figures -> labelled swings -> networks."""
