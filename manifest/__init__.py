"""The Teams app: what it says of itself, its icons, the package. Imports `dialogs`, for texts and commands."""
