"""The Teams app: manifest, language files, icons and how they are packed. Imports nothing but `dialogs` texts."""
