"""Where content comes from: a folder of files or a headless CMS. A source turns foreign data into documents."""
