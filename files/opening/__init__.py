"""What opens people's files: takes out place and device, and makes what is shown of them.

Every file is hostile here. These modules run in a child process with limits and without the site (no Django, no
settings, no database): they read one file and write what they made of it into an empty folder. `portfolios.processing`
starts them and looks at what they left.
"""
