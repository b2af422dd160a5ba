# An installable package comes here.
